"""A short run of the same faults over every framing; the long one is `tests/faults/byte_faults.py`."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from byte_faults import UNLIKELY, profiles, run

PROFILES = profiles()


@pytest.mark.parametrize("name", PROFILES)
def test_faults_cost_few_frames_and_give_no_wrong_one_beyond_the_odds(name):
    outcome = run(PROFILES[name], 600, seed=20)
    assert outcome.faults > 20
    # Untouched bytes never give a wrong frame, and a fault takes at most two whole frames with it.
    assert outcome.unexplained == 0
    assert outcome.worst <= 2
    assert outcome.most_waiting <= outcome.longest
    assert outcome.right >= outcome.frames - 3 * outcome.faults - 2
    if outcome.bits:
        assert outcome.chance > UNLIKELY


class Weak:
    """A check that lets every other damaged frame pass, as one would that looks at a single bit."""

    def __init__(self, check):
        self._check = check

    def __getattr__(self, name):
        return getattr(self._check, name)

    def holds(self, frame):
        return self._check.holds(frame) or sum(frame) % 2 == 0


@pytest.mark.parametrize("name", ["sync_fixed, crc8", "fixed, crc4 (BITalino)"])
def test_a_check_that_is_weaker_than_its_width_is_found_out(name):
    profile = PROFILES[name]
    outcome = run(profile.model_copy(update={"check": Weak(profile.check)}), 3000)
    assert outcome.chance < UNLIKELY


@pytest.mark.parametrize("name", PROFILES)
def test_noise_alone_gives_no_exception_and_no_growing_buffer(name):
    from random import Random

    from devices.framing.decoder import Decoder

    decoder, noise = Decoder(PROFILES[name]), Random(3)
    longest = PROFILES[name].framing.longest(PROFILES[name].tail_size) * (2 if PROFILES[name].parts else 1)
    for _ in range(200):
        decoder.feed(noise.randbytes(noise.randrange(1, 200)))
        assert decoder.n_waiting <= longest
    decoder.finish()
    counters = decoder.counters
    assert (
        counters.bytes_in - counters.answer_bytes
        == counters.frame_bytes + counters.junk_bytes + counters.incomplete_bytes
    )
