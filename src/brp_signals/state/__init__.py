"""What lasts between nights, in the state folder: the ledger, learned weights, and for how long anything is kept."""
