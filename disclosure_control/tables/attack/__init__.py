"""What can be worked out from what is shown: of one table, of several, and of two by subtraction."""
