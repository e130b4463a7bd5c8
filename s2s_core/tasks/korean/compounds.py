"""Compounds whose parts are pronounced separately. Spelling does not show the parts, so they are listed, with a bar."""

import unicodedata

# §29: a ㄴ is inserted before 이, 야, 여, 요, 유 of the second word; it changes with its neighbours as usual
_WITH_N = """
꽃|잎 나뭇|잎 깻|잎 풀|잎 솔|잎 콩|잎 연|잎 단풍|잎 떡|잎 은행|잎 겉|잎 속|잎 감|잎 홑|잎 뽕|잎 밤|잎 쑥|잎 찻|잎
솜|이불 홑|이불 겹|이불 비단|이불 꽃|이불 막|일 밭|일 논|일 집안|일 앞|일 뒷|일 훗|일 옛|일 헛|일 물|일 볼|일 궂은|일
별|일 삯|일 바깥|일 서울|역 부산|역 대전|역 강남|역 수원|역 용산|역 신촌|역 울산|역 광명|역 평택|역 천안|역 잠실|역
색|연필 물|약 알|약 소독|약 구급|약 두통|약 위장|약 내복|약 한|여름 첫|여름 담|요 색|유리 밤|윷 호박|엿 찹쌀|엿 콩|엿
물|엿 불|여우 늑막|염 관절|염 맹장|염 식용|유 휘발|유 영업|용 가정|용 학생|용 국민|윤리 남존|여비 신|여성 직행|열차
급행|열차 눈|요기 수학|여행 신혼|여행 설|익 짓|이기 낯|익 맨|입 서른|여섯 스물|여섯 열|여섯 열|여덟 스물|여덟
서른|여덟 백분|율
"""
# §15: before ㅏ, ㅓ, ㅗ, ㅜ, ㅟ of the second word, a final has the sound that it has at the end of a word
_ALONE = """
겉|옷 웃|옷 홑|옷 헛|웃음 젖|어미 맛|없 멋|없 값|어치 값|없 값|있 넋|없 웃|어른 첫|아들 첫|아이 첫|음절 첫|인상
첫|인사 몇|월 꽃|위 꽃|아래 밭|아래 늪|앞 닭|앞 부엌|안 낱|알 팥|알 덧|옷 솥|안 숲|안 잎|위 곧|이어 끝|인사 맏|아들
맏|언니 못|알아 못|오
"""
# §20: after a final ㄴ of the first word, ㄹ is pronounced ㄴ
_N_FOR_R = """
의견|란 임진|란 생산|량 동원|령 상견|례 횡단|로 이원|론 입원|료 구근|류 판단|력 추진|력 음운|론 보존|료 신문|로
정신|력 생산|력 표현|력 통신|료 출연|료 흡인|력 등산|로 자본|론 수신|료 공신|력 주문|량 회전|력 견인|력
"""
_ODD = {"싫증": "실쯩", "줄넘기": "줄럼끼", "공권력": "공꿘녁", "결단력": "결딴녁", "백분율": "백뿐뉼"}

# The sound of each final at the end of a word (§9, §10, §11), as conjoining jamo
_SOUND_ALONE = {**dict.fromkeys("ᆺᆻᆽᆾᇀᇂ", "ᆮ"), **dict.fromkeys("ᆩᆿᆪᆰ", "ᆨ"), **dict.fromkeys("ᇁᆹ", "ᆸ")}
_INITIAL_OF = {"ᆮ": "ᄃ", "ᆨ": "ᄀ", "ᆸ": "ᄇ"}


def _with_n(entry: str) -> tuple[str, str]:
    first, second = entry.split("|")
    return first + second, unicodedata.normalize(
        "NFC", first + unicodedata.normalize("NFD", second).replace("ᄋ", "ᄂ", 1)
    )


def _alone(entry: str) -> tuple[str, str]:
    first, second = entry.split("|")
    jamo = unicodedata.normalize("NFD", first)
    moved = _INITIAL_OF[_SOUND_ALONE.get(jamo[-1], jamo[-1])] + unicodedata.normalize("NFD", second)[1:]
    return first + second, unicodedata.normalize("NFC", jamo[:-1] + moved)


def _n_for_r(entry: str) -> tuple[str, str]:
    first, second = entry.split("|")
    return first + second, unicodedata.normalize(
        "NFC", first + unicodedata.normalize("NFD", second).replace("ᄅ", "ᄂ", 1)
    )


APART: dict[str, str] = {
    **dict(map(_with_n, _WITH_N.split())),
    **dict(map(_alone, _ALONE.split())),
    **dict(map(_n_for_r, _N_FOR_R.split())),
    **_ODD,
}
"""Compounds, each with a spelling to which the rules are applied: 꽃잎 is pronounced like 꽃닙, 겉옷 like 거돗."""

BOTH: dict[str, str] = {"맛있": "맏있", "멋있": "먿있", "검열": "검녈", "금융": "금늉", "야금야금": "야금냐금"}
"""Words with two right pronunciations (§15, §29), with a spelling for the second one."""
