"""The Dash application: what people see of recordings and findings."""
