"""Markers by what they mark: labels of common marker sets, and joint centers from them."""
