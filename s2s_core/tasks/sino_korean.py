"""Numbers in Korean words, as in dates: 2025 is 이천이십오."""

_UNITS = ("", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")
_POWERS = ((1000, "천"), (100, "백"), (10, "십"))


def sino_korean(number: int) -> str:
    """A number from 1 to 9999 in Sino-Korean words."""
    words = ""
    for power, word in _POWERS:
        count, number = divmod(number, power)
        words += (_UNITS[count] if count > 1 else "") + word if count else ""
    return words + _UNITS[number]


MONTHS = {sino_korean(month): month for month in range(1, 13) if month not in (6, 10)} | {"유": 6, "시": 10}
"""The months in words, with the irregular 유월 (not 육월) and 시월 (not 십월)."""


def month_said(month: int) -> str:
    """The number of a month from 1 to 12 in words, as before 월."""
    return next(said for said, number in MONTHS.items() if number == month)
