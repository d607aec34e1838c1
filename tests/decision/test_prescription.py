from decision_people import repeated

from footload.decision.assess import assess
from footload.decision.inputs import ClinicalInputs
from footload.decision.pad_place import PadPlace
from footload.decision.prescription import BLANK, NOT_MEASURED
from footload.decision.tables import input_table, sheet_table
from footload.trials import Side

PERSON = ClinicalInputs.model_validate(
    {
        "age_years": 44,
        "body_mass_kg": 71.5,
        "activity": "walks",
        "foot_length_mm": {"left": 255, "right": 258},
        "fpi": {"left": 9, "right": 8},
    }
)
PAD = PadPlace(Side.LEFT, 172.0, 2.0, True, 5)


def sheet():
    found = assess(repeated("arch_index", 0.3, 0.28), PERSON, pads=[PAD], pseudonym="P-07").sheet
    assert found is not None
    return found


def test_what_was_measured_is_filled_in():
    values = {line.id: line.value for line in sheet().measured}

    assert values["pseudonym"] == "P-07"
    assert values["age"] == "44 years"
    assert values["mass"] == "71.5 kg"
    assert values["activity"] == "walks"
    assert values["fpi"] == "left 9 points, right 8 points"
    assert values["arch_index"] == "left 0.3 (mean of 3), right 0.28 (mean of 3)"
    assert values["shoe_size"].startswith("EU 41 (unverified), UK adult 7.5 (unverified)")
    assert values["pad_place"].startswith("left: highest forefoot pressure 172 mm")
    assert values["cpei"] == NOT_MEASURED


def test_everything_that_prescribes_stays_blank_and_unsigned():
    found = sheet()

    assert len(found.prescribed) == 19
    assert {line.value for line in found.prescribed} == {""}
    assert found.prescribed[-1].label == "Prescriber, signature"
    below = found.text.split("-----")[-1]
    assert below.count(BLANK) == 19
    assert found.text.count("P-07") == 1


def test_every_measured_field_has_a_source_that_exists():
    known = {row.name for row in (*input_table().inputs, *input_table().findings)} | {
        "pseudonym",
        "shoe_size",
        "pad_place",
    }

    assert {field.source for field in sheet_table().fields if field.kind == "measured"} <= known
