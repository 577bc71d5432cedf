"""Tables: cell statistics, sensitivity rules, suppression, rounding, perturbation, and attacks on what is released."""
