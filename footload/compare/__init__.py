"""Conditions side by side: differences with their intervals, reliability, and curves compared as a whole."""
