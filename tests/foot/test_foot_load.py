"""The kernel against sums that are known by hand and against plain loops."""

import numpy as np
import pytest

from footload.foot.contact import FootContact
from footload.foot.load import BLOCK_FRAMES, maximum_pressure, total_force
from footload.recordings import PressureRecording, SensorLayout


def block(n_frames: int = 10) -> PressureRecording:
    """20 x 30 mm at 100 kPa, from x 10 to 30 and y 20 to 50 mm, on a mat of 10 mm cells."""
    layout = SensorLayout.rectangle(8, 6, 10.0)
    pressure = np.zeros((n_frames, 8, 6))
    pressure[:, 2:5, 1:3] = 100.0
    return PressureRecording(np.arange(n_frames) / 10, pressure.reshape(n_frames, -1), layout)


def contact(recording: PressureRecording, **changes: object) -> FootContact:
    everything = np.ones(recording.layout.n_sensors, bool)
    return FootContact(recording, 0, recording.n_frames, everything, **changes)  # type: ignore[arg-type]


def test_a_block_of_20_by_30_mm_at_100_kpa_weighs_60_n_on_6_cm2() -> None:
    foot = contact(block())
    assert foot.force.tolist() == [60.0] * 10
    assert foot.area_cm2.tolist() == [6.0] * 10
    assert foot.peak.tolist() == [100.0] * 10
    np.testing.assert_allclose(foot.cop_mm, [[20.0, 35.0]] * 10, atol=1e-12)  # the block's middle, but for rounding


def test_below_the_threshold_there_is_no_centre_of_pressure() -> None:
    assert np.isnan(contact(block(), cop_threshold=60.001).cop_mm).all()
    assert np.isfinite(contact(block(), cop_threshold=60.0).cop_mm).all()


def test_a_frame_without_load_has_no_centre_of_pressure_even_without_a_threshold() -> None:
    recording = block()
    pressure = recording.pressure_kpa.copy()
    pressure[3] = 0
    foot = contact(recording.with_step("emptied", pressure_kpa=pressure))
    assert np.isnan(foot.cop_mm[3]).all()
    assert np.isfinite(foot.cop_mm[[2, 4]]).all()


def test_sensors_below_the_touch_threshold_carry_force_but_no_area() -> None:
    foot = contact(block(), loaded=100.001)
    assert foot.force[0] == 60.0
    assert foot.area_cm2[0] == 0.0


def test_a_dead_sensor_never_counts() -> None:
    recording = block()
    valid = np.ones(48, bool)
    valid[2 * 6 + 1] = False
    pressure = recording.pressure_kpa.copy()
    pressure[:, 2 * 6 + 1] = np.nan
    dead = recording.with_step("one dead", pressure_kpa=pressure, valid=valid)
    assert total_force(dead)[0] == 50.0
    assert maximum_pressure(dead)[2 * 6 + 1] == 0.0
    assert contact(dead).force[0] == 50.0


def test_counts_are_added_up_as_they_are() -> None:
    recording = block()
    counts = recording.with_step("never calibrated", calibrated=False)
    assert total_force(counts)[0] == 600.0
    assert counts.force_unit == "counts"


@pytest.mark.parametrize("n_frames", [1, BLOCK_FRAMES - 1, BLOCK_FRAMES, BLOCK_FRAMES + 1, 3 * BLOCK_FRAMES + 7])
def test_blocks_give_what_a_plain_loop_gives(n_frames: int) -> None:
    rng = np.random.default_rng(n_frames)
    layout = SensorLayout.rectangle(9, 7, (5.0, 8.0), (3.0, -4.0))
    pressure = rng.integers(0, 400, (n_frames, 63)).astype(np.float32) * (rng.random((n_frames, 63)) < 0.4)
    recording = PressureRecording(np.arange(n_frames) / 100, pressure, layout)
    region = rng.random(63) < 0.5
    foot = contact(recording, regions={"part": region})
    part = foot.within("part")
    for frame in {0, n_frames // 2, n_frames - 1}:
        force = [float(p) * 40e-3 for p in pressure[frame]]
        assert foot.force[frame] == pytest.approx(sum(force), rel=1e-12)
        assert part.force[frame] == pytest.approx(sum(f for f, inside in zip(force, region, strict=True) if inside))
        x = sum(f * x for f, x in zip(force, layout.x_mm, strict=True)) / max(sum(force), 1e-9)
        assert foot.cop_mm[frame, 0] == pytest.approx(x, rel=1e-12)
        assert part.area_cm2[frame] == pytest.approx(0.4 * np.count_nonzero(pressure[frame, region]))
        assert part.peak[frame] == pressure[frame, region].max()


def test_regions_that_tile_the_foot_add_up_to_it() -> None:
    recording = block()
    front = recording.layout.y_mm > 35
    foot = contact(recording, regions={"front": front, "rear": ~front})
    np.testing.assert_allclose(foot.within("front").force + foot.within("rear").force, foot.force, rtol=1e-14)


def test_a_region_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(KeyError, match=r"no region 'hallux'.*there are: heel"):
        contact(block(), regions={"heel": np.ones(48, bool)}).within("hallux")


def test_a_contact_outside_of_its_recording_is_refused() -> None:
    with pytest.raises(ValueError, match="from frame 0 to 11 does not lie in the 10 frames"):
        FootContact(block(), 0, 11, np.ones(48, bool))
