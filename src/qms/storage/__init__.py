"""The keeping: all input and output of the ledger, the store and the vault."""
