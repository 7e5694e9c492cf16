"""From a table to points: tables, cleaning, views, the pipeline, its ledger and reports."""
