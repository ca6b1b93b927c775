"""Codes and numbers: every ``check_…`` returns the normalised code or raises ``CodeError``.

Standards: GB 32100-2015 (统一社会信用代码), GB 11714 (组织机构代码), GB 11643 (公民身份号码),
GB/T 2260 (行政区划), and the codes of the national data specification for public resource
trading (项目编号 17, 招标项目编号 20, 标段编号 23, 统一交易标识码 40).
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from marketplace.kernel import clock
from marketplace.kernel.refusal import Refused

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
DASHES = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63]")
PROVINCES = frozenset(
    {f"1{n}" for n in "12345"} | {f"2{n}" for n in "123"} | {f"3{n}" for n in "1234567"}
    | {f"4{n}" for n in "123456"} | {f"5{n}" for n in "01234"} | {f"6{n}" for n in "123456"}
    | {"71", "81", "82"}
)  # fmt: skip


class CodeError(Refused):
    """The text is not a valid code of its kind; the message says which part is wrong."""


def normalise_code(text: str) -> str:
    """A code as it is compared: NFKC, upper case, plain hyphens, no white space."""
    folded = DASHES.sub("-", unicodedata.normalize("NFKC", text))
    return re.sub(r"\s", "", folded).upper()


def uscc_check(first17: str) -> str:
    """The check character of a 统一社会信用代码 (GB 32100-2015, mod 31)."""
    total = sum(
        USCC_ALPHABET.index(char) * weight for char, weight in zip(first17, USCC_WEIGHTS, strict=True)
    )
    return USCC_ALPHABET[-total % 31]


def org_check(first8: str) -> str:
    """The check character of an 组织机构代码 (GB 11714, mod 11)."""
    total = sum(ORG_ALPHABET.index(char) * weight for char, weight in zip(first8, ORG_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def check_uscc(text: str) -> str:
    """18 characters with both check characters right. Raises ``CodeError``."""
    code = normalise_code(text)
    if len(code) != 18 or any(char not in USCC_ALPHABET for char in code):
        raise CodeError(_("统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z）。"))
    if not re.fullmatch(r"[0-9]{6}", code[2:8]):
        raise CodeError(_("统一社会信用代码第 3 至 8 位应为行政区划代码（数字）。"))
    if org_check(code[8:16]) != code[16] or uscc_check(code[:17]) != code[17]:
        raise CodeError(_("统一社会信用代码校验不通过，请核对是否抄错。"))
    return code


def make_uscc(first8: str, org8: str) -> str:
    """A code with both check characters: ``first8`` is class and region, ``org8`` the organisation.

    Raises ``CodeError`` if the parts are not of the right alphabet and length, or if the
    organisation's check character could not stand in a 统一社会信用代码.
    """
    first17 = first8 + org8 + org_check(_org8(org8))
    if len(first17) != 17 or any(char not in USCC_ALPHABET for char in first17):
        raise CodeError(_("统一社会信用代码应为 18 位数字或大写字母（不含 I、O、S、V、Z）。"))
    return check_uscc(first17 + uscc_check(first17))


def _org8(text: str) -> str:
    if not re.fullmatch(r"[0-9A-Z]{8}", text):
        raise CodeError(_("组织机构代码应为 8 位数字或大写字母加 1 位校验码。"))
    return text


def check_org_code(text: str) -> str:
    """An 组织机构代码 of nine characters, written without hyphen. Raises ``CodeError``."""
    code = normalise_code(text).replace("-", "")
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
        raise CodeError(_("组织机构代码应为 8 位数字或大写字母加 1 位校验码。"))
    if org_check(code[:8]) != code[8]:
        raise CodeError(_("组织机构代码校验不通过，请核对是否抄错。"))
    return code


def check_id_number(text: str) -> str:
    """A 公民身份号码 of 18 characters with region, day of birth and check character. Raises ``CodeError``."""
    code = normalise_code(text)
    if not re.fullmatch(r"[0-9]{17}[0-9X]", code):
        raise CodeError(_("身份证号码应为 18 位，最后一位可以是 X。"))
    total = sum(int(char) * weight for char, weight in zip(code[:17], ID_WEIGHTS, strict=True))
    if code[:2] not in PROVINCES or not _was_day(code[6:14]) or ID_CHECKS[total % 11] != code[17]:
        raise CodeError(_("身份证号码校验不通过，请核对是否抄错。"))
    return code


def _was_day(digits: str) -> bool:
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return date(1850, 1, 1) <= day <= clock.today()


def check_mobile(text: str) -> str:
    """A mobile number of mainland China, eleven digits; +86 and hyphens are dropped. Raises ``CodeError``."""
    code = re.sub(r"^(\+86|0086|86(?=1[0-9]{10}$))", "", normalise_code(text).replace("-", ""))
    if not re.fullmatch(r"1[3-9][0-9]{9}", code):
        raise CodeError(_("手机号码应为 11 位数字，以 13 至 19 开头。"))
    return code


def check_region_code(text: str) -> str:
    """Six digits of GB/T 2260 by form (province known). Whether it exists, the registry knows."""
    code = normalise_code(text)
    if not re.fullmatch(r"[0-9]{6}", code) or code[:2] not in PROVINCES:
        raise CodeError(_("行政区划代码应为 6 位数字（GB/T 2260）。"))
    return code


def check_bank_card(text: str) -> str:
    """A bank card number, 16 to 19 digits with a right Luhn digit. Raises ``CodeError``."""
    code = normalise_code(text).replace("-", "")
    if not re.fullmatch(r"[1-9][0-9]{15,18}", code):
        raise CodeError(_("银行卡号应为 16 至 19 位数字。"))
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(code))]
    if sum(value // 10 + value % 10 for value in doubled) % 10:
        raise CodeError(_("银行卡号校验不通过，请核对是否抄错。"))
    return code


PLATFORM = r"[A-Z][0-9]{6}[0-9A-Z]{4}"


def check_project_code(text: str) -> str:
    """项目编号: 17 = platform code 11 (trade letter, region 6, number 4) + serial 6. Raises ``CodeError``."""
    return _checked(text, PLATFORM + r"[0-9]{6}", _("项目编号应为 17 位：11 位平台标识码加 6 位流水号。"))


def check_tender_code(text: str) -> str:
    """招标项目编号: 20 = 项目编号 17 + 3. Raises ``CodeError``."""
    return _checked(
        text, PLATFORM + r"[0-9]{6}[0-9A-Z]{3}", _("招标项目编号应为 20 位：17 位项目编号加 3 位顺序号。")
    )


def check_lot_code(text: str) -> str:
    """标段（包）编号: 23 = 招标项目编号 20 + 3. Raises ``CodeError``."""
    return _checked(
        text, PLATFORM + r"[0-9]{6}[0-9A-Z]{6}", _("标段编号应为 23 位：20 位招标项目编号加 3 位顺序号。")
    )


def check_investment_code(text: str) -> str:
    """投资项目统一代码: 24 characters, ``2020-350100-47-03-000001``. Raises ``CodeError``."""
    pattern = r"[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}"
    return _checked(text, pattern, _("投资项目统一代码应为 24 位，形如 2020-350100-47-03-000001。"))


def _checked(text: str, pattern: str, message: str) -> str:
    code = normalise_code(text)
    if not re.fullmatch(pattern, code):
        raise CodeError(message)
    return code


def mod_37_36(code: str) -> str:
    """The check character of ISO 7064 mod 37,36 over digits and capital letters."""
    product = 36
    for char in code:
        product = (product + ORG_ALPHABET.index(char)) % 36 or 36
        product = product * 2 % 37
    return ORG_ALPHABET[(37 - product) % 36]


def make_deal_code(
    trade: str, uscc: str, day: date, serial: int, *, check: Callable[[str], str] = mod_37_36
) -> str:
    """统一交易标识码 of 40 characters: ``D01-<USCC>-yyyyMMdd-NNNNNN-C``.

    The specification does not say how C is computed, so ``check`` is a parameter: it gets
    the 35 characters without hyphens and answers one. Raises ``CodeError``.
    """
    head = f"{trade}-{check_uscc(uscc)}-{day:%Y%m%d}-{serial:06d}"
    return check_deal_code(f"{head}-{check(head.replace('-', ''))}", check=check)


def check_deal_code(text: str, *, check: Callable[[str], str] | None = None) -> str:
    """统一交易标识码 by form, USCC and day; with ``check`` also by its last character. Raises ``CodeError``."""
    code = normalise_code(text)
    match = re.fullmatch(r"([A-Z][0-9]{2})-([0-9A-Z]{18})-([0-9]{8})-([0-9]{6})-([0-9A-Z])", code)
    if match is None or not _is_day(match[3]):
        raise CodeError(_("统一交易标识码应为 40 位，形如 D01-统一社会信用代码-年月日-6 位顺序号-校验码。"))
    check_uscc(match[2])
    if check is not None and check(code[:-2].replace("-", "")) != match[5]:
        raise CodeError(_("统一交易标识码校验不通过，请核对是否抄错。"))
    return code


def _is_day(digits: str) -> bool:
    try:
        return bool(date(int(digits[:4]), int(digits[4:6]), int(digits[6:])))
    except ValueError:
        return False
