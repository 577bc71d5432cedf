"""Evidence: the question behind an output, the frame it was answered from, and the answer computed again.

``answer`` is run by the researcher's session and, later and elsewhere, by the airlock on the kept frame. Nothing that
the evidence claims is taken on trust.
"""
