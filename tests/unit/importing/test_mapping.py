"""Which column is which field."""

from collections import Counter

import pytest

from command_api.domain.importing.columns import read_header
from command_api.domain.importing.fields import FIELDS, SYNONYMS, Field, compact
from command_api.domain.importing.mapping import Mapped, map_columns
from command_api.domain.importing.reasons import FileRefused
from support.import_files import why_file

MAVEN = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value"
HUBSPOT = (
    "Record ID,Deal Name,Deal Stage,Pipeline,Close Date,Create Date,Deal owner,Amount,Currency,"
    "Deal probability,Associated Company,Closed Lost Reason,Deal Description,Last Modified Date"
)
SALESFORCE = (
    "Opportunity ID,Opportunity Owner,Account Name,Opportunity Name,Stage,Fiscal Period,"
    "Amount Currency,Amount,Expected Revenue,Probability (%),Age,Close Date,Created Date,Next Step,"
    "Lead Source,Type,Closed,Won"
)
PIPEDRIVE = (
    "Deal - ID,Deal - Title,Deal - Creator,Deal - Owner,Deal - Value,Deal - Currency of Value,"
    "Deal - Probability,Deal - Organization,Deal - Contact person,Deal - Stage,Deal - Deal created,"
    "Deal - Deal closed on,Deal - Lost reason,Deal - Expected close date,Organization - Address"
)
VIETNAMESE = (
    "Mã cơ hội;Tên cơ hội;Khách hàng;Người phụ trách;Trạng thái;Doanh thu (VNĐ);Loại tiền;Kỳ;"
    "Tỉ lệ chốt (%);Ngày chốt dự kiến;Ngày tạo;Ngày chốt;Ghi chú;Lý do thất bại;Sản phẩm"
)


def fields_of(
    header: str, separator: str = ",", given: dict[str, str | None] | None = None
) -> dict[str, str]:
    """Map a header; fields with their columns."""
    mapped = map_columns(read_header(header.split(separator)).columns, given)
    return {one.field: one.column for one in mapped if one.field}


def test_the_maven_header_is_understood() -> None:
    assert fields_of(MAVEN) == {
        "id": "opportunity_id",
        "owner": "sales_agent",
        "product": "product",
        "customer": "account",
        "status": "deal_stage",
        "created_at": "engage_date",
        "closed_on": "close_date",
        "amount": "close_value",
    }


def test_a_hubspot_export_is_understood() -> None:
    assert fields_of(HUBSPOT) == {
        "id": "Record ID",
        "title": "Deal Name",
        "status": "Deal Stage",
        "closed_on": "Close Date",
        "created_at": "Create Date",
        "owner": "Deal owner",
        "amount": "Amount",
        "currency": "Currency",
        "confidence": "Deal probability",
        "customer": "Associated Company",
        "lost_reason": "Closed Lost Reason",
        "note": "Deal Description",
    }


def test_a_salesforce_export_is_understood() -> None:
    assert fields_of(SALESFORCE) == {
        "id": "Opportunity ID",
        "owner": "Opportunity Owner",
        "customer": "Account Name",
        "title": "Opportunity Name",
        "status": "Stage",
        "currency": "Amount Currency",
        "amount": "Amount",
        "confidence": "Probability (%)",
        "closed_on": "Close Date",
        "created_at": "Created Date",
    }


def test_a_pipedrive_export_is_understood() -> None:
    assert fields_of(PIPEDRIVE) == {
        "id": "Deal - ID",
        "title": "Deal - Title",
        "owner": "Deal - Owner",
        "amount": "Deal - Value",
        "currency": "Deal - Currency of Value",
        "confidence": "Deal - Probability",
        "customer": "Deal - Organization",
        "status": "Deal - Stage",
        "created_at": "Deal - Deal created",
        "closed_on": "Deal - Deal closed on",
        "lost_reason": "Deal - Lost reason",
        "expected_close_date": "Deal - Expected close date",
    }


@pytest.mark.parametrize("written", [VIETNAMESE, VIETNAMESE.upper(), VIETNAMESE.lower()])
def test_a_vietnamese_header_is_understood_in_any_case(written: str) -> None:
    assert set(fields_of(written, ";")) == set(FIELDS) - {"external_ref"}


def test_a_vietnamese_header_is_understood_without_accents() -> None:
    bare = "ma co hoi;ten co hoi;khach hang;nguoi phu trach;trang thai;doanh thu;ngay chot du kien"
    assert set(fields_of(bare, ";")) == {
        *("id", "title", "customer", "owner", "status", "amount", "expected_close_date"),
    }


def test_our_own_list_is_understood() -> None:
    own: tuple[Field, ...] = (
        "id",
        "title",
        "external_ref",
        "customer",
        "status",
        "owner",
        "amount",
    )
    mapped = map_columns(read_header(own).columns)
    assert mapped == tuple(Mapped(name, name, "exact") for name in own)


@pytest.mark.parametrize(
    ("column", "field", "how"),
    [
        ("confidence", "confidence", "exact"),
        ("expectedCloseDate", "expected_close_date", "exact"),
        ("CLOSE DATE", "closed_on", "synonym"),
        ("CloseDate", "closed_on", "synonym"),
        ("custommer", "customer", "similar"),
        ("Deal Stagee", "status", "similar"),
        ("Amount USD", "amount", "exact"),
        ("Customer ID", None, None),
        ("Customer phone", None, None),
        ("Expected revenue", None, None),
        ("Contact", None, None),
        ("reason", None, None),
        ("line", None, None),
        ("amount_minor", None, None),
        ("Created by", None, None),
    ],
)
def test_a_column_alone(column: str, field: str | None, how: str | None) -> None:
    (mapped,) = map_columns(read_header([column]).columns)
    assert (mapped.field, mapped.how) == (field, how)


def test_each_field_is_taken_once_by_the_better_name() -> None:
    assert fields_of("Name,Deal Name,Opportunity") == {"title": "Deal Name"}
    assert fields_of("custommer,customer") == {"customer": "customer"}
    assert fields_of("Customer,customer") == {"customer": "Customer"}


def test_a_given_mapping_goes_first_and_the_rest_is_guessed() -> None:
    got = fields_of("Name,Deal Name,Amount,Owner", given={"name": "title", "Amount": None})
    assert got == {"title": "Name", "owner": "Owner"}


def test_a_given_column_is_shown_as_given() -> None:
    columns = read_header(["A", "B"]).columns
    assert map_columns(columns, {"A": "title", "B": None}) == (
        Mapped("A", "title", "given"),
        Mapped("B", None, "given"),
    )


def test_a_wrong_mapping_is_told_whole() -> None:
    columns = read_header(["A", "B"]).columns
    given = {"A": "title", "B": "title", "C": "note", "a ": "nonsense"}
    with pytest.raises(FileRefused) as refused:
        map_columns(columns, given)
    codes = [reason.code for reason in refused.value.reasons]
    assert codes == ["field-twice", "unknown-column", "unknown-field"]
    assert refused.value.reasons[1].params == {"column": "C", "columns": "A, B"}


def test_columns_without_a_name_or_with_one_taken_get_one() -> None:
    header = read_header(["Name", "", "Name", " name ", "Name (2)", "x", "", ""])
    names = [column.name for column in header.columns]
    assert names == ["Name", "#2", "Name (3)", "name", "Name (2)", "x"]
    assert [column.name for column in header.renamed] == ["#2", "Name (3)"]


def test_a_second_column_of_one_name_can_be_mapped() -> None:
    assert fields_of("Name,Name", given={"Name (2)": "title"}) == {"title": "Name (2)"}


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("", "empty-file"),
        ("\n ,\n\n", "empty-file"),
        ("foo,bar\n1,2", "nothing-mapped"),
        (",".join(f"c{n}" for n in range(101)), "too-many-columns"),
        ("x" * 301 + ",title\n", "column-name-too-long"),
        ("x" * 10_001 + ",title\n", "column-name-too-long"),
        ('title,"customer\n1,2', "unreadable-header"),
        ("title,Doanh thu (triệu đồng)\na,1", "scaled-amounts"),
        ("title,Amount (k)\na,1", "scaled-amounts"),
    ],
)
def test_a_header_that_cannot_be_used_refuses_the_file(file: str, code: str) -> None:
    assert [reason.code for reason in why_file(file)] == [code]


def test_a_mapping_to_nothing_refuses_the_file() -> None:
    assert [reason.code for reason in why_file("title\na", {"title": None})] == ["nothing-mapped"]


def test_no_name_means_two_fields() -> None:
    uses = Counter(
        phrase
        for field, phrases in SYNONYMS.items()
        for phrase in {compact(phrase) for phrase in (*phrases, field)}
    )
    assert [phrase for phrase, count in uses.items() if count > 1] == []


def test_money_is_no_name_though_one_letter_apart() -> None:
    """`Tiền` and `tên` fold to `tien` and `ten`."""
    columns = read_header(["Mã", "Tên deal", "Khách", "GĐ", "Tiền"]).columns
    fields = [mapped.field for mapped in map_columns(columns, {})]
    assert fields == ["id", "title", "customer", "status", "amount"]
