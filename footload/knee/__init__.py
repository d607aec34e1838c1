"""The knee beside the foot: its frontal-plane angle, an estimate of its load, and how both go together."""
