"""What was agreed: orders and their life, why they need a call, who calls whom, and the ledger that keeps it all."""
