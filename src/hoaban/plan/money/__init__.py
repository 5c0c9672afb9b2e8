"""The money of a plan: envelopes by year and source, what each may pay for, prices, moves."""
