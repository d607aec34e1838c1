from pathlib import Path

import pytest

from footload.decision.inputs import BySide, ClinicalInputs, FpiItems, KneeAngle, SiteNorms
from footload.decision.tables import input_table
from footload.trials import Side


def test_the_table_and_the_class_name_the_same_inputs():
    assert [row.name for row in input_table().inputs if row.name not in ClinicalInputs.model_fields] == []
    assert {row.name for row in input_table().inputs} == set(ClinicalInputs.model_fields)


def test_the_kinds_of_the_table_are_those_of_the_class():
    inputs = ClinicalInputs()
    for row in input_table().inputs:
        annotation = ClinicalInputs.model_fields[row.name].annotation
        expected = {"per side": BySide, "yes-no": bool | None, "number": float | None}
        if row.kind in expected:
            assert annotation == expected[row.kind]
        assert getattr(inputs, row.name) in (None, BySide(), FpiItems(), ())


def test_every_number_has_a_plausible_range():
    for row in input_table().inputs:
        if row.kind in {"per side", "number"}:
            assert row.low is not None
            assert row.high is not None


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"wblt_cm": {"left": 70}}, "wblt_cm is 70 cm, but weight-bearing lunge test.* lies between 0 and 30 cm"),
        ({"fpi": {"right": -13}}, "between -12 and 12 points"),
        ({"fpi": {"right": float("nan")}}, "leave out what was not measured"),
        ({"age_years": float("inf")}, "finite number"),
        ({"age_years": -1}, "age_years is -1 years"),
        ({"wblt": {"left": 7}}, "did you mean 'wblt_cm'"),
        ({"wblt_cm": {"links": 7}}, "'links' is not a name here"),
        ({"red_flags": ["locked_kne"]}, "did you mean 'locked_knee'"),
        ({"fppa": [{"task": "squat", "side": "left", "angle_deg": 165}]}, "fppa is 165 deg"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(given: dict[str, object], sentence: str):
    with pytest.raises(ValueError, match=sentence):
        ClinicalInputs.model_validate(given)


def test_both_knee_conventions_give_the_same_valgus():
    straight_180 = KneeAngle(task="squat", side=Side.LEFT, angle_deg=164.8, convention="180 is straight")

    assert straight_180.valgus_deg == pytest.approx(15.2)
    assert KneeAngle(task="squat", side=Side.LEFT, angle_deg=15.2).valgus_deg == 15.2


def test_inputs_are_read_from_a_file(tmp_path: Path):
    path = tmp_path / "person.toml"
    path.write_text('symptoms = true\nred_flags = ["ulcer"]\n[wblt_cm]\nleft = 7\nright = 8.5\n', encoding="utf-8")
    inputs = ClinicalInputs.from_toml(path)

    assert inputs.symptoms is True
    assert inputs.wblt_cm.values == {Side.LEFT: 7.0, Side.RIGHT: 8.5}
    assert inputs.red_flags == ("ulcer",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("symptoms = ", r"person\.toml: not a TOML file"), ("[wblt_cm]\nleft = 99", r"person\.toml: wblt_cm is 99 cm")],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, text: str, sentence: str):
    path = tmp_path / "person.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ValueError, match=sentence):
        ClinicalInputs.from_toml(path)


def test_norms_are_read_from_a_file(tmp_path: Path):
    path = tmp_path / "site.toml"
    path.write_text(
        'site = "Lab A"\n[norms]\ncpei = { mean = 14, sd = 6, n = 80, device = "mat" }\n[base_rate]\np0 = 0.2\n'
        "sd_logit = 0.3\n",
        encoding="utf-8",
    )
    norms = SiteNorms.from_toml(path)

    assert norms.norms["cpei"].sd == 6
    assert norms.base_rate is not None
    assert norms.base_rate.p0 == 0.2


@pytest.mark.parametrize(
    "wrong",
    [
        {"norms": {"luck": {"mean": 1, "sd": 1, "n": 9}}},
        {"norms": {"cpei": {"mean": 1, "sd": 0, "n": 9}}},
        {"norms": {"cpei": {"mean": 1, "sd": 1, "n": 1}}},
        {"base_rate": {"p0": 1, "sd_logit": 0.5}},
    ],
)
def test_norms_that_cannot_be_are_refused(wrong: dict[str, object]):
    with pytest.raises(ValueError, match=r"norm|greater|less"):
        SiteNorms.model_validate(wrong)
