"""What the demo's people, customers and deals are called."""

from typing import Final

PEOPLE_VI: Final = (
    ("Nguyễn Thị Lan", "manager"),
    ("Trần Văn Minh", "rep"),
    ("Lê Thu Hà", "rep"),
    ("Phạm Quốc Đạt", "rep"),
    ("Đỗ Ngọc Ánh", "rep"),
)
PEOPLE_EN: Final = (
    ("Alice Morgan", "manager"),
    ("Ben Carter", "rep"),
    ("Chloe Nguyen", "rep"),
    ("Daniel Ortiz", "rep"),
)
ORGANIZATION: Final = "Cohoi Demo"
ADMIN: Final = "Quản trị Demo"
AUDITOR: Final = "Kiểm toán Demo"
TEAM_VI: Final = "Miền Bắc"
TEAM_EN: Final = "International"
BOARD_VI: Final = "Bán hàng doanh nghiệp"
BOARD_EN: Final = "International sales"

# name, type, default confidence, colour
STATUSES_VI: Final = (
    ("Tiếp cận", "active", 10, "#64748b"),
    ("Khảo sát", "active", 25, "#3b82f6"),
    ("Báo giá", "active", 50, "#8b5cf6"),
    ("Đàm phán", "active", 75, "#f59e0b"),
    ("Hoàn thành", "won", None, "#16a34a"),
    ("Thất bại", "lost", None, "#dc2626"),
)
STATUSES_EN: Final = (
    ("Lead", "active", 5, "#64748b"),
    ("Qualified", "active", 20, "#0ea5e9"),
    ("Proposal", "active", 45, "#8b5cf6"),
    ("Negotiation", "active", 70, "#f59e0b"),
    ("Won", "won", None, "#16a34a"),
    ("Lost", "lost", None, "#dc2626"),
    ("No decision", "lost", None, "#a16207"),
)

KINDS_VI: Final = ("Công ty TNHH", "Công ty Cổ phần", "Tập đoàn", "Hợp tác xã", "Siêu thị")
NAMES_VI: Final = (
    "An Phát",
    "Bình Minh",
    "Cửu Long",
    "Đại Nam",
    "Đông Á",
    "Gia Hưng",
    "Hải Âu",
    "Hoàng Sa",
    "Kim Liên",
    "Lạc Việt",
    "Mai Linh",
    "Nam Phong",
    "Phú Quý",
    "Sao Mai",
    "Tân Tiến",
    "Thiên Long",
    "Trường Hải",
    "Việt Hưng",
    "Vĩnh Tường",
    "Xuân Hòa",
)
FIRST_EN: Final = (
    "Northwind",
    "Brightwater",
    "Cedar",
    "Evergreen",
    "Falcon",
    "Granite",
    "Harbor",
    "Ironwood",
    "Juniper",
    "Lakeside",
    "Meridian",
    "Oakridge",
    "Pioneer",
    "Redwood",
    "Summit",
    "Westfield",
)
LAST_EN: Final = ("Logistics", "Foods", "Health", "Energy", "Retail", "Systems", "Partners")
PERSONS_VI: Final = ("Hoàng Anh", "Vũ Thảo", "Bùi Sơn", "Đặng Hương", "Ngô Kiên", "Hồ Trang")
PERSONS_EN: Final = (
    "Emma Stone",
    "Liam Reed",
    "Olivia Hart",
    "Noah Blake",
    "Mia Cole",
    "Jack Hale",
)
DEALS_VI: Final = (
    "Triển khai phần mềm quản lý kho",
    "Gia hạn bảo trì hệ thống",
    "Trang bị máy tính văn phòng",
    "Nâng cấp đường truyền",
    "Tư vấn chuyển đổi số",
    "Cung cấp camera giám sát",
    "Thuê máy chủ",
    "Đào tạo nhân viên bán hàng",
)
DEALS_EN: Final = (
    "Warehouse management rollout",
    "Support renewal",
    "Laptop refresh",
    "Network upgrade",
    "Analytics pilot",
    "Security audit",
    "Managed hosting",
    "Sales training",
)
REASONS_VI: Final = ("Giá cao", "Chọn nhà cung cấp khác", "Hoãn ngân sách", "Không liên lạc được")
REASONS_EN: Final = ("Price", "Chose a competitor", "Budget frozen", "No answer")
NOTES_VI: Final = ("Gọi lại đầu tuần sau.", "Cần gửi báo giá mới.", "Khách muốn dùng thử trước.")
NOTES_EN: Final = ("Call back early next week.", "Send an updated quote.", "Wants a trial first.")
