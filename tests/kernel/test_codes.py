"""Codes: the official vectors pass, every single slip is found."""

from datetime import date

import pytest

from marketplace.kernel import codes
from marketplace.kernel.codes import CodeError

REAL_USCC = [
    "11140500012420117H",
    "115323000151673132",
    "11140000012150153Y",
    "12532500067137175R",
    "12350100MB02709751",
    "91350100M000100Y43",
    "91110000802100433B",
]


@pytest.mark.parametrize("code", REAL_USCC)
def test_real_credit_codes_pass(code: str) -> None:
    assert codes.check_uscc(f" {code.lower()} ") == code
    assert codes.make_uscc(code[:8], code[8:16]) == code


@pytest.mark.parametrize("code", REAL_USCC)
def test_every_single_wrong_character_of_a_credit_code_is_found(code: str) -> None:
    for place, right in enumerate(code):
        for wrong in codes.USCC_ALPHABET:
            if wrong != right:
                with pytest.raises(CodeError):
                    codes.check_uscc(code[:place] + wrong + code[place + 1 :])


@pytest.mark.parametrize(
    "code", ["", "91359128593462349A", "1114050001242011", "1114050001242011OH", "１" * 18]
)
def test_what_is_no_credit_code_is_refused(code: str) -> None:
    with pytest.raises(CodeError, match="统一社会信用代码"):
        codes.check_uscc(code)


def test_made_credit_codes_are_valid_or_refused() -> None:
    made = 0
    for serial in range(300):
        try:
            made += codes.check_uscc(codes.make_uscc("91420500", f"MA{serial:06d}")) != ""
        except CodeError:
            pytest.fail("no serial of digits may fail")
    assert made == 300
    with pytest.raises(CodeError):
        codes.make_uscc("9142050", "MA000001")
    with pytest.raises(CodeError):
        codes.make_uscc("91420500", "ma000001")


def test_organisation_codes() -> None:
    assert codes.check_org_code("005117558") == "005117558"
    assert codes.check_org_code("00511755-8") == "005117558"
    for wrong in ("005117559", "00511755", ""):
        with pytest.raises(CodeError, match="组织机构代码"):
            codes.check_org_code(wrong)


def test_id_numbers() -> None:
    assert codes.check_id_number("11010519491231002x") == "11010519491231002X"
    for wrong in (
        "110105194912310021",
        "11010519491331002X",
        "11010529491231002X",
        "1101051949123100",
        "",
        "X" * 18,
    ):
        with pytest.raises(CodeError, match="身份证号码"):
            codes.check_id_number(wrong)


def test_mobile_numbers() -> None:
    for text in (
        "13800138000",
        "+86 138-0013-8000",
        "8613800138000",
        "１３８００１３８０００",
        "008613800138000",
    ):
        assert codes.check_mobile(text) == "13800138000"
    for wrong in ("12800138000", "1380013800", "138001380001", "", "0717-6256789"):
        with pytest.raises(CodeError, match="手机号码"):
            codes.check_mobile(wrong)


def test_region_codes() -> None:
    assert codes.check_region_code("420506") == "420506"
    for wrong in ("42050", "4205060", "990000", "42050A", "４２０５", ""):
        with pytest.raises(CodeError, match="行政区划"):
            codes.check_region_code(wrong)


def test_bank_cards() -> None:
    assert codes.check_bank_card("6222 0212 3456 7890 128") == "6222021234567890128"
    for wrong in ("6222021234567890129", "622202", "0222021234567890128"):
        with pytest.raises(CodeError, match="银行卡号"):
            codes.check_bank_card(wrong)


def test_project_tender_and_lot_codes_grow_by_three() -> None:
    assert codes.check_project_code("E3505050602100001") == "E3505050602100001"
    assert codes.check_tender_code("E3505050602100001001") == "E3505050602100001001"
    assert codes.check_lot_code("e350505060210000100100a") == "E350505060210000100100A"
    for check in (codes.check_project_code, codes.check_tender_code, codes.check_lot_code):
        for wrong in ("", "E350505060210000", "3505050602100001001"):
            with pytest.raises(CodeError, match="编号应为"):
                check(wrong)


def test_investment_codes() -> None:
    assert (
        codes.check_investment_code("2020—350100-47-03-000001".replace("—", "－"))
        == "2020-350100-47-03-000001"
    )
    with pytest.raises(CodeError, match="24 位"):
        codes.check_investment_code("2020-350100-47-03-00001")


@pytest.mark.parametrize(
    "code",
    [
        "D01-12350100MB02709751-20190627-527731-5",
        "D03-12350100MB02709751-20200319-102642-5",
        "B01-12350100MB02709751-20161231-211018-2",
    ],
)
def test_real_deal_codes_have_the_form(code: str) -> None:
    assert codes.check_deal_code(code) == code
    assert len(code) == 40


def test_deal_codes_are_made_with_a_check_character_of_choice() -> None:
    code = codes.make_deal_code("D01", "12350100MB02709751", date(2026, 11, 24), 42)
    assert codes.check_deal_code(code, check=codes.mod_37_36) == code
    with pytest.raises(CodeError, match="校验不通过"):
        codes.check_deal_code(code, check=lambda head: "?")
    other = codes.make_deal_code("D01", "12350100MB02709751", date(2026, 11, 24), 42, check=lambda head: "7")
    assert other.endswith("-7")
    with pytest.raises(CodeError, match="40 位"):
        codes.check_deal_code("D01-12350100MB02709751-20261301-000042-7")


def test_mod_37_36_finds_every_single_slip_and_swap_of_neighbours() -> None:
    text = "D0112350100MB0270975120190627527731"
    right = codes.mod_37_36(text)
    for place in range(len(text)):
        for wrong in codes.ORG_ALPHABET:
            if wrong != text[place]:
                assert codes.mod_37_36(text[:place] + wrong + text[place + 1 :]) != right
    assert codes.mod_37_36("A12425GABC1234002") == "M"  # the example of ISO 7064


def test_codes_are_compared_in_one_form() -> None:
    assert codes.normalise_code(" ｙｃ－２０２６—００１\u3000") == "YC-2026-001"
