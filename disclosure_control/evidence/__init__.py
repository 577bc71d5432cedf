"""Evidence: the query behind an output, the frame it was computed from, and the result computed again.

``answer`` is run by the researcher's session and, later and elsewhere, by the airlock on the kept frame. Nothing that
the evidence claims is taken on trust.
"""
