"""Are these the records themselves?"""
