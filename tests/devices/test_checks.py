import pytest
from pydantic import TypeAdapter

from devices.framing.checks import Check

CHECK = TypeAdapter(Check)
NINE = b"123456789"


@pytest.mark.parametrize(
    ("table", "value"),
    [
        # the check values of the catalogue of parametrised CRC algorithms, for the nine digits
        ({"kind": "crc16"}, 0x29B1),
        ({"kind": "crc16", "init": 0}, 0x31C3),
        ({"kind": "crc16", "poly": 0x8005, "refin": True, "refout": True}, 0x4B37),
        ({"kind": "crc16", "refin": True, "refout": True, "xorout": 0xFFFF}, 0x906E),
        ({"kind": "crc16", "poly": 0x8005, "init": 0}, 0xFEE8),
        ({"kind": "crc32"}, 0xCBF43926),
        ({"kind": "sum8"}, sum(NINE) & 0xFF),
        ({"kind": "sum16"}, sum(NINE)),
        ({"kind": "xor8"}, 0x31),
    ],
)
def test_check_values_of_nine_digits(table, value):
    check = CHECK.validate_python(table)
    frame = bytearray(NINE) + bytes(check.size)
    check.seal(frame)
    assert int.from_bytes(frame[9:], "little") == value
    assert check.holds(bytes(frame))


@pytest.mark.parametrize(
    ("table", "frame"),
    [
        # packets as other devices send them
        ({"kind": "crc16"}, "AA 01 07 00 40 42 0F 00 E8 03 00 FF FF FF 40 0D 03 C0 F2 FC 04 A8"),
        ({"kind": "crc16", "poly": 0x8005, "refin": True, "refout": True},
         "20 4E 64 00 38 FF 58 1B 01 00 02 00 03 00 78 03"),
        ({"kind": "sum16", "order": "big"}, "AA 07 08 0A 00 01 00 00 00 64 FF CE 01 2E 03 24"),
        ({"kind": "sum8"}, "FF FF 25 00 00 80 3F 00 00 20 41 00 00 A0 41 00 00 F0 41 00 00 20 42" + "00" * 16 + "B7"),
        ({"kind": "crc16", "refin": True, "refout": True, "xorout": 0xFFFF, "start": 1},
         "AA 00 00 00 00 80 3F 00 00 00 C0 00 00 2F 44 CD CC CC 3D CD CC 4C 3E 9A 99 99 3E 40 E2 01 00"
         "00 00 C8 41 23 09"),
    ],
)  # fmt: skip
def test_published_packets_hold_and_every_flipped_bit_is_noticed(table, frame):
    check, good = CHECK.validate_python(table), bytes.fromhex(frame)
    assert check.holds(good)
    for bit in range(8 * check.start, 8 * len(good)):
        bad = bytearray(good)
        bad[bit // 8] ^= 1 << bit % 8
        assert not check.holds(bytes(bad))


def test_bytes_may_follow_the_check_value():
    check = CHECK.validate_python({"kind": "sum8", "end": -2})
    frame = bytearray(b"\x01\x02\x00\xff")
    check.seal(frame)
    assert frame == b"\x01\x02\x03\xff"
