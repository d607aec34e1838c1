"""Bytes to frames and back, pure: no port, thread or clock.

`devices.framing.decoder` and `devices.framing.encoder` do the work; framings, payloads and checks are one table each,
and a new kind is one more class in its table.
"""
