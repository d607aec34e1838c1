"""A short run of the same faults over every framing; the long one is `tests/faults/byte_faults.py`."""

import math
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from byte_faults import profiles, run

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
        # Four standard deviations of a rare event above what the check lets through by chance.
        assert outcome.wrong <= outcome.odds + 4 * math.sqrt(outcome.odds) + 1


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
    assert counters.bytes_in == counters.frame_bytes + counters.junk_bytes + counters.incomplete_bytes
