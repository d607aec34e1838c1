"""Reference sets from a laboratory's own healthy participants."""
