"""What a column of a file can be, and the names under which people and CRMs export it."""

from functools import cache
from typing import Final, Literal, get_args

from command_api.domain.text import fold_name

Field = Literal[
    "id",
    "title",
    "customer",
    "owner",
    "status",
    "amount",
    "currency",
    "period",
    "confidence",
    "expected_close_date",
    "created_at",
    "closed_on",
    "note",
    "external_ref",
    "product",
    "lost_reason",
]
FIELDS: Final[tuple[Field, ...]] = get_args(Field)

# In the order of preference: where two columns could be one field, the earlier name wins. Left out
# on purpose: "reason" (a column of our own file of refused rows), "contact" (a person, not the
# customer) and "expected revenue" (already weighted by the probability).
SYNONYMS: Final[dict[Field, tuple[str, ...]]] = {
    "id": (
        *("opportunity id", "deal id", "record id", "id", "mã cơ hội", "mã", "opportunityid"),
        *("lead id", "crm id", "key", "uuid", "mã số", "id cơ hội"),
    ),
    "title": (
        *("title", "opportunity name", "deal name", "tên cơ hội", "opportunity title"),
        *("deal title", "tiêu đề", "opportunity", "deal", "cơ hội", "lead name", "thương vụ"),
        *("tên thương vụ", "project name", "tên dự án", "subject", "name", "tên"),
        *("tên deal", "tên hợp đồng"),
    ),
    "customer": (
        *("customer", "customer name", "account name", "account", "khách hàng"),
        *("tên khách hàng", "company", "company name", "organization", "organization name"),
        *("associated company", "primary associated company", "client", "client name"),
        *("công ty", "tên công ty", "tổ chức", "doanh nghiệp", "tên doanh nghiệp", "kh"),
        *("khách", "tên khách"),
        *("organisation", "organisation name", "account full name", "parent account name"),
    ),
    "owner": (
        *("owner", "deal owner", "opportunity owner", "sales agent", "người phụ trách"),
        *("owner name", "sales rep", "sales representative", "salesperson", "account owner"),
        *("nhân viên kinh doanh", "nhân viên phụ trách", "nhân viên", "phụ trách", "người bán"),
        *("assigned to", "assignee", "account manager", "seller", "rep", "nvkd", "sale"),
        *("deal owner name", "opportunity owner name", "owner full name", "owner email"),
        *("chủ sở hữu", "người sở hữu", "sales", "sale phụ trách", "agent"),
    ),
    "status": (
        *("status", "deal stage", "stage", "trạng thái", "trạng thái cơ hội", "giai đoạn"),
        *("opportunity stage", "stage name", "sales stage", "pipeline stage", "deal status"),
        *("opportunity status", "tình trạng", "giai đoạn bán hàng", "bước", "cột", "gđ"),
    ),
    "amount": (
        *("amount", "value", "deal value", "doanh thu", "close value", "giá trị"),
        *("deal amount", "opportunity amount", "opportunity value", "giá trị cơ hội"),
        *("doanh thu dự kiến", "giá trị hợp đồng", "số tiền", "thành tiền", "contract value"),
        *("total value", "total amount", "revenue", "amount in deal currency", "deal size"),
        *("giá trị thương vụ", "doanh số", "doanh số dự kiến", "tổng giá trị", "giá"),
        *("tiền", "tổng tiền", "price"),
    ),
    "currency": (
        *("currency", "currency code", "tiền tệ", "loại tiền", "đơn vị tiền", "mã tiền tệ"),
        *("deal currency", "currency of value", "amount currency", "opportunity currency"),
        *("đơn vị tiền tệ", "currency iso code", "đồng tiền", "loại tiền tệ"),
    ),
    "period": (
        *("period", "kỳ", "billing period", "recurrence", "billing frequency", "chu kỳ"),
        *("chu kỳ thanh toán", "kỳ thanh toán", "kỳ doanh thu", "frequency", "recurring"),
    ),
    "confidence": (
        *("confidence", "probability", "win probability", "deal probability", "tỉ lệ chốt"),
        *("tỷ lệ chốt", "xác suất", "khả năng chốt", "likelihood", "close probability"),
        *("tỉ lệ thành công", "tỷ lệ thành công", "xác suất thành công", "khả năng thành công"),
        *("opportunity probability", "chance", "tỉ lệ", "tỷ lệ", "độ tin cậy"),
    ),
    "expected_close_date": (
        *("expected close date", "expected close", "ngày chốt dự kiến", "estimated close date"),
        *("expected closing date", "ngày dự kiến chốt", "dự kiến chốt", "forecast close date"),
        *("anticipated close date", "target close date", "planned close date", "ngày dự kiến"),
        *("expected closing", "dự kiến đóng", "ngày đóng dự kiến"),
    ),
    "created_at": (
        *("created at", "created date", "create date", "creation date", "engage date"),
        *("ngày tạo", "date created", "created time", "created on", "created", "deal created"),
        *("start date", "open date", "opened", "ngày bắt đầu", "thời gian tạo", "ngày mở"),
        *("add time", "entry date", "ngày tiếp cận", "ngày ghi nhận", "engagement date"),
        *("ngày tạo cơ hội", "opened at", "opened on"),
    ),
    "closed_on": (
        *("closed on", "close date", "closed date", "ngày chốt", "closing date", "closed at"),
        *("date closed", "deal closed on", "actual close date", "ngày đóng", "ngày kết thúc"),
        *("close time", "closed time", "won time", "won date", "ngày thắng", "ngày hoàn thành"),
        *("ngày ký", "ngày ký hợp đồng", "ngày chốt thực tế", "thời gian chốt"),
    ),
    "note": (
        *("note", "notes", "ghi chú", "description", "mô tả", "deal description", "comment"),
        *("comments", "remarks", "remark", "diễn giải", "nội dung", "chi tiết"),
    ),
    "external_ref": (
        *("external ref", "external id", "external reference", "reference", "mã ngoài"),
        *("mã tham chiếu", "ref", "reference number", "opportunity number", "deal number"),
        *("số hợp đồng", "contract number", "external key", "mã hợp đồng"),
    ),
    "product": (
        *("product", "product name", "sản phẩm", "tên sản phẩm", "dịch vụ", "service"),
        *("product line", "products", "gói", "gói dịch vụ", "mặt hàng", "sản phẩm dịch vụ"),
    ),
    "lost_reason": (
        *("lost reason", "closed lost reason", "loss reason", "reason lost", "lý do thất bại"),
        *("lý do thua", "lí do thất bại", "reason for loss", "lý do mất", "lost reasons"),
    ),
}


def compact(phrase: str) -> str:
    """Fold a name to what is compared: case, accents, spaces and signs do not count."""
    return fold_name(phrase).replace(" ", "")


@cache
def known_names() -> dict[str, tuple[Field, int]]:
    """Return each folded name with its field and rank; the field's own name has rank 0."""
    names: dict[str, tuple[Field, int]] = {compact(field): (field, 0) for field in FIELDS}
    for field, phrases in SYNONYMS.items():
        for rank, phrase in enumerate(phrases, start=1):
            names.setdefault(compact(phrase), (field, rank))
    return names


@cache
def known_phrases() -> tuple[tuple[str, int, Field], ...]:
    """Return every folded name with its count of words, for comparing by likeness."""
    found: list[tuple[str, int, Field]] = []
    for field, phrases in SYNONYMS.items():
        found.extend((compact(phrase), len(fold_name(phrase).split()), field) for phrase in phrases)
    return tuple(found)
