"""The sentences of refusals, Vietnamese and English side by side."""

from typing import Final

SENTENCES: Final[dict[str, tuple[str, str]]] = {
    # --- the whole file ---
    "empty-file": (
        "Tệp không có dòng nào. Hãy chọn tệp CSV có dòng tiêu đề.",
        "The file has no lines. Choose a CSV file with a header line.",
    ),
    "too-large": (
        "Tệp lớn hơn {limit} byte. Hãy chia tệp thành nhiều phần.",
        "The file is larger than {limit} bytes. Split it into parts.",
    ),
    "not-csv": (
        "Đây là tệp {kind}, không phải CSV. Hãy mở tệp và lưu lại dưới dạng CSV UTF-8.",
        "This is a file of type {kind}, not CSV. Open it and save it as CSV UTF-8.",
    ),
    "nul-character": (
        "Tệp chứa ký tự NUL ở dòng {line}, không phải văn bản. Hãy xuất lại dạng CSV UTF-8.",
        (
            "The file holds a NUL character in line {line}, so it is not text. Export it as CSV"
            " UTF-8."
        ),
    ),
    "damaged-encoding": (
        "Tệp được mã hóa {encoding} nhưng bị hỏng ở dòng {line}. Hãy xuất lại tệp dạng CSV UTF-8.",
        ("The file is encoded in {encoding} but damaged in line {line}. Export it as CSV UTF-8."),
    ),
    "unknown-encoding": (
        "Không nhận ra bảng mã của tệp (dòng {line}). Hãy lưu lại tệp dạng CSV UTF-8.",
        "The encoding of the file is not recognized (line {line}). Save it as CSV UTF-8.",
    ),
    "unreadable-header": (
        (
            "Không đọc được dòng tiêu đề (dòng {line}): dấu ngoặc kép mở mà không đóng, hoặc có chữ"
            " sau dấu đóng."
        ),
        (
            "The header (line {line}) cannot be read: a quotation mark is not closed, or text"
            " follows a closing one."
        ),
    ),
    "too-many-columns": (
        "Tệp có hơn {limit} cột. Hãy bỏ các cột không cần.",
        "The file has more than {limit} columns. Remove those not needed.",
    ),
    "too-many-rows": (
        "Tệp có hơn {limit} dòng dữ liệu. Hãy chia tệp thành nhiều phần.",
        "The file has more than {limit} rows. Split it into parts.",
    ),
    "column-name-too-long": (
        "Tên cột thứ {index} dài hơn {limit} ký tự. Dòng đầu có phải là dòng tiêu đề không?",
        (
            "The name of column {index} is longer than {limit} characters. Is the first line the"
            " header?"
        ),
    ),
    "nothing-mapped": (
        (
            "Không nhận ra cột nào. Dòng đầu phải là tiêu đề; hoặc hãy chỉ rõ cột nào là trường nào"
            " (mapping). Các cột của tệp: {columns}."
        ),
        (
            "No column was recognized. The first line must be the header; or say which column is"
            " which field (mapping). The file's columns: {columns}."
        ),
    ),
    "unknown-column": (
        "Mapping nêu cột “{column}” nhưng tệp không có. Các cột của tệp: {columns}.",
        (
            "The mapping names the column “{column}”, which the file does not have. Its columns:"
            " {columns}."
        ),
    ),
    "unknown-field": (
        "Mapping nêu trường “{field}” không tồn tại. Các trường: {fields}.",
        "The mapping names the field “{field}”, which does not exist. The fields: {fields}.",
    ),
    "field-twice": (
        "Mapping gán trường “{field}” cho cả hai cột “{first}” và “{second}”. Mỗi trường một cột.",
        "The mapping gives the field “{field}” to both “{first}” and “{second}”. One column each.",
    ),
    "scaled-amounts": (
        "Cột “{column}” ghi số tiền theo nghìn, triệu hoặc tỷ. Hãy ghi số đầy đủ, rồi đổi tên cột.",
        (
            "The column “{column}” gives amounts in thousands, millions or billions. Write whole"
            " units, then rename the column."
        ),
    ),
    "unknown-file-currency": (
        "Loại tiền {currency} không có trong ISO 4217. Hãy ghi mã ba chữ, ví dụ VND hoặc USD.",
        (
            "The currency {currency} is not in ISO 4217. Give a code of three letters, such as VND"
            " or USD."
        ),
    ),
    # --- the line ---
    "too-few-cells": (
        "Dòng có {cells} ô, tiêu đề có {columns}. Có ô nào bị thiếu không?",
        "The row has {cells} cells, the header {columns}. Is a cell missing?",
    ),
    "too-many-cells": (
        "Dòng có {cells} ô, tiêu đề có {columns}. Ô chứa dấu phân cách phải nằm trong ngoặc kép.",
        (
            "The row has {cells} cells, the header {columns}. A cell that holds the separator must"
            " stand in quotation marks."
        ),
    ),
    "cell-too-long": (
        "Ô thứ {index} dài hơn {limit} ký tự. Hãy rút ngắn.",
        "Cell {index} is longer than {limit} characters. Shorten it.",
    ),
    "unclosed-quote": (
        (
            "Dấu ngoặc kép mở ở ô thứ {index} không được đóng. Hãy đóng lại, hoặc viết đôi dấu"
            " ngoặc bên trong ô."
        ),
        (
            "The quotation mark that opens cell {index} is not closed. Close it, or double the"
            " marks inside the cell."
        ),
    ),
    "stray-quote": (
        "Có chữ sau dấu ngoặc kép đóng của ô thứ {index}. Hãy viết đôi dấu ngoặc bên trong ô.",
        (
            "Text follows the closing quotation mark of cell {index}. Double the marks inside the"
            " cell."
        ),
    ),
    "control-character": (
        "Ô “{column}” chứa ký tự điều khiển. Hãy xóa ký tự đó.",
        "“{column}” holds a control character. Remove it.",
    ),
    "text-too-long": (
        "“{column}” dài hơn {limit} ký tự. Hãy rút ngắn.",
        "“{column}” is longer than {limit} characters. Shorten it.",
    ),
    # --- amounts ---
    "not-a-number": (
        "“{column}” không phải là số. Ví dụ đúng: 1234567 hoặc 1.234.567,89.",
        "“{column}” is not a number. Good examples: 1234567 or 1,234,567.89.",
    ),
    "negative-amount": (
        "“{column}” là số âm; doanh thu không âm. Hãy để trống nếu chưa ước tính.",
        "“{column}” is negative; a value never is. Leave it blank if it is not estimated.",
    ),
    "exponent-amount": (
        (
            "“{column}” viết dạng lũy thừa (1,2E+09), có thể đã mất chữ số. Hãy định dạng cột là số"
            " rồi xuất lại."
        ),
        (
            "“{column}” is written with an exponent (1.2E+09) and may have lost digits. Format the"
            " column as a number and export again."
        ),
    ),
    "too-many-decimals": (
        "“{column}” có nhiều số lẻ hơn {currency} cho phép ({digits}). Hãy làm tròn.",
        "“{column}” has more decimals than {currency} knows ({digits}). Round it.",
    ),
    "amount-too-large": (
        "“{column}” lớn hơn mức tối đa ({limit} đơn vị nhỏ nhất của loại tiền).",
        "“{column}” is larger than the largest amount ({limit} of the currency's smallest units).",
    ),
    "ambiguous-amount": (
        (
            "“{column}” có thể là số lẻ hoặc hàng nghìn, và cột viết cả hai kiểu. Hãy viết số không"
            " có dấu ngăn cách hàng nghìn."
        ),
        (
            "“{column}” may mean decimals or thousands, and the column is written both ways. Write"
            " it without a separator of thousands."
        ),
    ),
    "unknown-currency": (
        "“{column}” nêu loại tiền không nhận ra. Hãy ghi mã ISO 4217, ví dụ VND hoặc USD.",
        "“{column}” names a currency that is not known. Write an ISO 4217 code such as VND or USD.",
    ),
    "currency-conflict": (
        "“{column}” nêu {found}, nhưng dòng này tính bằng {currency}. Hãy sửa một trong hai.",
        "“{column}” says {found}, but the row is in {currency}. Mend one of them.",
    ),
    "unclear-currency": (
        "“{column}” có ký hiệu của nhiều loại tiền ({candidates}). Hãy ghi mã ISO 4217.",
        (
            "“{column}” has a sign that several currencies share ({candidates}). Write the ISO 4217"
            " code."
        ),
    ),
    # --- dates ---
    "not-a-date": (
        "“{column}” không phải là ngày. Ví dụ đúng: 2025-12-31 hoặc 31/12/2025.",
        "“{column}” is not a date. Good examples: 2025-12-31 or 31/12/2025.",
    ),
    "two-digit-year": (
        "“{column}” có năm hai chữ số. Hãy ghi đủ bốn chữ số.",
        "“{column}” has a year of two digits. Write all four.",
    ),
    "ambiguous-date": (
        (
            "“{column}” có thể là ngày/tháng hoặc tháng/ngày, và cột viết cả hai kiểu. Hãy ghi dạng"
            " 2025-12-31."
        ),
        (
            "“{column}” may be day/month or month/day, and the column is written both ways. Write"
            " it as 2025-12-31."
        ),
    ),
    "date-out-of-range": (
        "Năm của “{column}” phải từ {first} đến {last}.",
        "The year of “{column}” must be from {first} to {last}.",
    ),
    "date-in-future": (
        "“{column}” nằm trong tương lai; điều đã xảy ra thì không thể.",
        "“{column}” lies in the future; what has happened cannot.",
    ),
    "closed-before-created": (
        "“{closed}” sớm hơn “{created}”. Hãy sửa một trong hai ngày.",
        "“{closed}” is earlier than “{created}”. Mend one of the dates.",
    ),
    # --- other values ---
    "unknown-period": (
        "“{column}” không phải là kỳ. Hãy ghi một lần, tháng hoặc năm.",
        "“{column}” is not a period. Write one-time, monthly or annual.",
    ),
    "not-a-confidence": (
        "“{column}” không phải là tỉ lệ. Ví dụ đúng: 75 hoặc 75%.",
        "“{column}” is not a percentage. Good examples: 75 or 75%.",
    ),
    "confidence-out-of-range": (
        "“{column}” phải từ 0 đến 100.",
        "“{column}” must be from 0 to 100.",
    ),
    "duplicate-id": (
        "Mã ở “{column}” đã có ở dòng {first_line}. Mỗi dòng cần một mã riêng.",
        "The id in “{column}” stands already in line {first_line}. Each row needs its own.",
    ),
    # --- the decision about a row ---
    "needs-admin-status": (
        "Bảng chưa có trạng thái này; chỉ quản trị viên mới được thêm.",
        "The board does not have this status yet; only an admin may add it.",
    ),
    "needs-admin-user": (
        "Chưa có người phụ trách này; chỉ quản trị viên mới được thêm người dùng.",
        "There is no such owner yet; only an admin may add users.",
    ),
    "needs-manager-owner": (
        "Chỉ quản lý mới được ghi cơ hội cho người phụ trách khác.",
        "Only a manager may name an owner other than oneself.",
    ),
    "needs-manager-date": (
        "Chỉ quản lý mới được ghi ngày trong quá khứ.",
        "Only a manager may record a date in the past.",
    ),
    "owner-missing": (
        (
            "Dòng không nêu người phụ trách, và người gọi không phải là người dùng. Hãy thêm cột "
            "người phụ trách, hoặc dùng `--owner`."
        ),
        (
            "The row names no owner, and the caller is no user. Add a column that names the owner, "
            "or give `--owner`."
        ),
    ),
    "ambiguous-owner": (
        "Có nhiều người dùng trùng tên người phụ trách. Hãy ghi địa chỉ e-mail.",
        "Several users have the owner's name. Give the e-mail address.",
    ),
    "ambiguous-customer": (
        "Có nhiều khách hàng trùng tên này. Hãy đổi tên cho khác nhau rồi nhập lại.",
        "Several customers have this name. Give them different names and import again.",
    ),
    "inactive-owner": (
        "Người phụ trách không còn hoạt động. Hãy chọn người khác.",
        "The owner is no longer active. Name another.",
    ),
    "archived-customer": (
        "Khách hàng đã được lưu trữ nên không nhận cơ hội mới.",
        "The customer is archived and takes no new opportunities.",
    ),
    "archived-board": (
        "Bảng đã được lưu trữ nên không nhận cơ hội mới.",
        "The board is archived and takes no new opportunities.",
    ),
    "status-gone": (
        "Trạng thái đã bị xóa trong lúc nhập. Hãy nhập lại dòng này.",
        "The status was deleted during the import. Import this row again.",
    ),
    "too-many-statuses": (
        "Bảng đã có số trạng thái tối đa ({limit}).",
        "The board has the largest number of statuses already ({limit}).",
    ),
    "not-accepted": (
        "Không ghi được dòng này. Hãy kiểm tra các ô của dòng rồi nhập lại.",
        "This row could not be recorded. Check its cells and import it again.",
    ),
}
