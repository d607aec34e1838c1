"""The printable report: what was measured and said of one person, as PDF and as one page of HTML, and its sign-off.

`footload.report.writing` makes a `Report` from analyses and an assessment; `typesetting` and `webpage` put it on paper
and on screen; `signing` locks it.
"""

from footload.report.document import Block, Clinic, Picture, Report, Section, Signature, Table, Text
from footload.report.signing import check_name, check_signed, read_report, sign, write_record
from footload.report.typesetting import forget_printings, pdf_of
from footload.report.webpage import html_of
from footload.report.writing import report_of

__all__ = [
    "Block",
    "Clinic",
    "Picture",
    "Report",
    "Section",
    "Signature",
    "Table",
    "Text",
    "check_name",
    "check_signed",
    "forget_printings",
    "html_of",
    "pdf_of",
    "read_report",
    "report_of",
    "sign",
    "write_record",
]
