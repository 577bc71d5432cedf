"""The words that every room of this package uses: outcome, finding, report, policy, rules, and what a file holds."""
