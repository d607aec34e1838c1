"""One simulated right step in the words of an emed listing."""

import numpy as np

from footload.recordings import SensorLayout
from footload.synthetic import Sensor, SyntheticFoot, SyntheticTrial, walking_contact
from footload.trials import Side

ROWS, COLS, PITCH_MM, RATE_HZ = 95, 64, 5.0, 50.0
FOOT = SyntheticFoot(Side.RIGHT, place_mm=(160.0, 230.0), heading_deg=-8.0, pronation=0.2)
SENSOR = Sensor(full_scale_kpa=1023.75, bits=12, noise=0.0, threshold_counts=4)  # steps of 0.25 kPa from 1 kPa on


def step() -> SyntheticTrial:
    """The simulated step as the sensor saw it, with its truth."""
    layout = SensorLayout.rectangle(ROWS, COLS, PITCH_MM)
    return walking_contact(FOOT, layout, body_mass_kg=70.0, sampling_rate_hz=RATE_HZ, pad_s=0.04).seen_by(SENSOR)


def listing(images: np.ndarray) -> bytes:
    """Pages of a listing; images are (t, rows, cols), row 0 at the smallest y; the listing has row 1 at the toes."""
    loaded = images.max(axis=0) > 0
    rows, cols = np.flatnonzero(loaded.any(axis=1)), np.flatnonzero(loaded.any(axis=0))
    window = images[:, rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1][:, ::-1]
    first_row, first_col = ROWS - rows[-1], cols[0] + 1
    cell_cm2 = PITCH_MM**2 / 100
    pages = []
    for number, image in enumerate(window, 1):
        forces = image * cell_cm2 * 0.1
        table = ["\t" + "\t".join(str(first_col + i) for i in range(image.shape[1])) + "\tForce"]
        for i, (values, force) in enumerate(zip(image, forces.sum(axis=1), strict=True)):
            table.append("\t".join([str(first_row + i), *(f"{value:.2f}" for value in values), f"{force:.2f}"]))
        table.append("\t".join(["Force", *(f"{force:.2f}" for force in forces.sum(axis=0)), f"{forces.sum():.2f}"]))
        head = (
            f"\n\t\t\t\tPage {number}\n\n\tFile: simulated \tMatrix: {COLS}x{ROWS} \n"
            f"\tSensor area: {cell_cm2:.2f} cm²\tTime/picture:{1000 / RATE_HZ:.1f} ms\n\tMV over frames\n"
            f"\tSensor size: {PITCH_MM / 10:.3f}x{PITCH_MM / 10:.3f} cm\n"
            f"\tPict-No.: {number}  Force[N]=sum*sensor_area in row/column\n\n"
        )
        pages.append(head + "\n".join(table) + "\n\f\n")
    return ("".join(pages) + "\f").encode("iso-8859-1")
