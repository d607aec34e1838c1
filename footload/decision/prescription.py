"""The prescription sheet: what was measured is filled in, what prescribes stays blank and unsigned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from footload.decision.inputs import ClinicalInputs
from footload.decision.measures import Measures
from footload.decision.pad_place import PadPlace
from footload.decision.shoe_sizes import ShoeSizes
from footload.decision.tables import input_table, sheet_table
from footload.trials import Side

BLANK = "____________________"
NOT_MEASURED = "not measured"


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One field of the sheet.

    Parameters
    ----------
    id, label : str
        Of the field.
    value : str
        What was measured; empty in a field that prescribes.
    """

    id: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A prescription sheet that nobody has signed.

    Parameters
    ----------
    title, note : str
        What stands above it.
    measured : tuple of SheetLine
        Filled in, or ``not measured``.
    prescribed : tuple of SheetLine
        All of them blank.
    citations : tuple of str
        Keys into `references.toml`.
    """

    title: str
    note: str
    measured: tuple[SheetLine, ...]
    prescribed: tuple[SheetLine, ...]
    citations: tuple[str, ...]

    @property
    def text(self) -> str:
        """The sheet as it is printed."""
        width = max(len(line.label) for line in (*self.measured, *self.prescribed))
        lines = [self.title, self.note, ""]
        lines += [f"{line.label:<{width}}  {line.value}" for line in self.measured]
        lines += ["-" * (width + len(BLANK) + 2)]
        lines += [f"{line.label:<{width}}  {line.value or BLANK}" for line in self.prescribed]
        return "\n".join(lines) + "\n"


def prescription_sheet(
    measures: Measures,
    clinical: ClinicalInputs,
    *,
    pseudonym: str = "",
    shoe: ShoeSizes | None = None,
    pads: Sequence[PadPlace] = (),
) -> Sheet:
    """Fill in what was measured.

    Parameters
    ----------
    measures : mapping
        From `footload.decision.measures.gather_measures`.
    clinical : ClinicalInputs
        Entered by hand.
    pseudonym : str
        Of the person; never a name.
    shoe : ShoeSizes, optional
        From `footload.decision.shoe_sizes.shoe_sizes`.
    pads : sequence of PadPlace
        From the pressure map.

    Returns
    -------
    Sheet
        Every prescribing field blank.
    """
    table = sheet_table()
    worked_out = {
        "pseudonym": pseudonym,
        "shoe_size": ", ".join(size.text for size in shoe.sizes) if shoe else "",
        "pad_place": "; ".join(pad.text for pad in pads),
    }
    measured = tuple(
        SheetLine(field.id, field.label, _value(field.source, measures, clinical, worked_out) or NOT_MEASURED)
        for field in table.fields
        if field.kind == "measured"
    )
    blank = tuple(SheetLine(field.id, field.label, "") for field in table.fields if field.kind == "prescribed")
    return Sheet(table.title, table.text, measured, blank, table.citations)


def _value(source: str, measures: Measures, clinical: ClinicalInputs, worked_out: Mapping[str, str]) -> str:
    if source in worked_out:
        return worked_out[source]
    if source in measures:
        sides = measures[source]
        return ", ".join(
            f"{side} {sides[side].value:.3g} {sides[side].unit}".replace(" ratio", "") + _mean(sides[side].n_valid)
            for side in Side
            if side in sides
        )
    entered = getattr(clinical, source, None)
    if not isinstance(entered, str | float):
        return ""
    return entered if isinstance(entered, str) else f"{entered:g} {getattr(input_table().row(source), 'unit', '')}"


def _mean(n_valid: int) -> str:
    return f" (mean of {n_valid})" if n_valid > 1 else ""
