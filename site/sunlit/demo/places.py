"""Who lives in the demo: five cities, their branches, units, agencies and suppliers.

Cities and districts are real places of GB/T 2260; every organisation and person is invented.
"""

import hashlib
from dataclasses import dataclass

from marketplace.kernel.codes import make_uscc


@dataclass(frozen=True, slots=True)
class City:
    """A city platform with its branches; ``direct`` districts trade in it, ``sub`` run a sub-platform."""

    key: str
    region: str
    name: str
    direct: tuple[tuple[str, str], ...]
    sub: tuple[tuple[str, str], ...]
    phone: str


CITIES = (
    City(
        "jincheng",
        "140500",
        "晋城市",
        direct=(("140502", "城区"),),
        sub=(("140525", "泽州县"), ("140581", "高平市"), ("140522", "阳城县"), ("140524", "陵川县")),
        phone="0356-6110021",
    ),
    City(
        "qingdao",
        "370200",
        "青岛市",
        direct=(("370202", "市南区"),),
        sub=(("370215", "即墨区"),),
        phone="0532-6110022",
    ),
    City(
        "shanghai",
        "310000",
        "上海市",
        direct=(("310101", "黄浦区"),),
        sub=(("310116", "金山区"),),
        phone="021-61100230",
    ),
    City(
        "chuxiong",
        "532300",
        "楚雄彝族自治州",
        direct=(("532301", "楚雄市"),),
        sub=(("532328", "元谋县"),),
        phone="0878-6110024",
    ),
    City(
        "hulunbuir",
        "150700",
        "呼伦贝尔市",
        direct=(("150702", "海拉尔区"),),
        sub=(("150783", "扎兰屯市"),),
        phone="0470-6110025",
    ),
)


@dataclass(frozen=True, slots=True)
class Organisation:
    """An invented organisation; ``head`` is the first two characters of its USCC, ``role`` a party role."""

    key: str
    city: str
    name: str
    region: str
    head: str
    role: str
    legal_representative: str
    address: str
    phone: str

    @property
    def uscc(self) -> str:
        """A valid code that follows from the name, so that every demo has the same ones."""
        number = int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:4]) % 10**8
        return make_uscc(self.head + self.region, f"{number:08d}")


_UNITS = (
    ("jincheng", "140502", "晋城市云栖实验学校", "12", "泽州路延长线 18 号", "郭予安"),
    ("jincheng", "140502", "晋城市丹河新区建设服务中心", "12", "丹河街 66 号", "马知行"),
    ("jincheng", "140525", "泽州县青岚社区卫生服务中心", "12", "青岚巷 5 号", "史清越"),
    ("jincheng", "140581", "高平市长平文化发展中心", "12", "长平街 102 号", "任念北"),
    ("qingdao", "370202", "青岛市汇澜图书馆", "12", "汇澜路 9 号", "于听潮"),
    ("qingdao", "370202", "青岛市海棠湾环境监测站", "12", "海棠湾路 27 号", "逄知夏"),
    ("qingdao", "370215", "即墨区灵山湖水务管理所", "12", "灵山湖路 3 号", "解见微"),
    ("shanghai", "310101", "上海市浦江晨光幼儿园", "12", "晨光路 88 弄 6 号", "顾照临"),
    ("shanghai", "310101", "黄浦区新桥档案服务中心", "12", "新桥街 41 号", "沈若谷"),
    ("shanghai", "310116", "金山区滨海绿化养护所", "12", "滨海大道 700 号", "杜行简"),
    ("chuxiong", "532301", "楚雄州彝风中医医院", "12", "彝风路 12 号", "普云舟"),
    ("chuxiong", "532328", "元谋县星河农业技术推广站", "12", "星河路 31 号", "李怀谷"),
    ("hulunbuir", "150702", "呼伦贝尔市白桦林业服务站", "12", "白桦街 55 号", "乌日图"),
    ("hulunbuir", "150783", "扎兰屯市雅鲁河道路养护中心", "12", "雅鲁路 77 号", "白音其"),
)
_AGENCIES = (
    ("jincheng", "140502", "山西衡准项目管理有限公司", "白水东街 210 号", "牛致远"),
    ("qingdao", "370202", "青岛恒矩工程咨询有限公司", "东海一路 36 号", "姜以宁"),
    ("shanghai", "310101", "上海申度招标代理有限公司", "人民路 501 号", "陆明远"),
    ("chuxiong", "532301", "云南彩度工程造价咨询有限公司", "鹿城南路 19 号", "杨知白"),
    ("hulunbuir", "150702", "呼伦贝尔草度项目咨询有限公司", "满洲里路 8 号", "包晓原"),
)
_SUPPLIERS = (
    ("jincheng", "140502", "晋城市澄明办公设备有限公司", "凤台西街 71 号", "成思齐"),
    ("jincheng", "140502", "山西太行川建设工程有限公司", "文昌东街 233 号", "郜立言"),
    ("jincheng", "140581", "高平市禾木家具有限公司", "泫氏街 15 号", "申木禾"),
    ("jincheng", "140522", "阳城沁源绿化工程有限公司", "新阳街 20 号", "原秋白"),
    ("jincheng", "140502", "晋城市晨晖信息技术有限公司", "红星西街 8 号", "秦望舒"),
    ("qingdao", "370202", "青岛蓝舟信息技术有限公司", "香港中路 400 号", "宋归远"),
    ("qingdao", "370202", "青岛砺行市政工程有限公司", "山东路 166 号", "纪长风"),
    ("qingdao", "370215", "青岛沐川水处理设备有限公司", "鹤山路 92 号", "黄思源"),
    ("qingdao", "370202", "青岛安澜物业服务有限公司", "闽江路 11 号", "安若澜"),
    ("shanghai", "310101", "上海砚池文化传播有限公司", "河南南路 33 号", "俞墨言"),
    ("shanghai", "310101", "上海栖木园林有限公司", "打浦路 85 号", "林栖梧"),
    ("shanghai", "310116", "上海金沄建筑装饰有限公司", "卫零路 128 号", "金沄生"),
    ("shanghai", "310101", "上海明叙档案科技有限公司", "制造局路 60 号", "叙明生"),
    ("chuxiong", "532301", "云南彝禾医疗器械有限公司", "团结路 44 号", "罗彝川"),
    ("chuxiong", "532328", "元谋金沙农机销售有限公司", "元马街 6 号", "起正东"),
    ("chuxiong", "532301", "楚雄鹿鸣工程有限公司", "永安路 217 号", "鲁鹿鸣"),
    ("hulunbuir", "150702", "呼伦贝尔北辰路桥有限公司", "胜利大街 301 号", "那顺北"),
    ("hulunbuir", "150783", "扎兰屯秋实苗木有限公司", "布特哈路 9 号", "敖秋实"),
    ("hulunbuir", "150702", "呼伦贝尔云牧数据服务有限公司", "成吉思汗大街 18 号", "莫云牧"),
    ("qingdao", "370202", "青岛观海测绘有限公司", "江西路 62 号", "苗观海"),
)


def _make(rows: tuple, role: str, head: str) -> list[Organisation]:
    made = []
    for index, (city, region, name, *rest) in enumerate(rows):
        head_of_code = rest.pop(0) if len(rest) == 3 else head
        address, legal = rest
        phone = next(one.phone for one in CITIES if one.key == city)
        made.append(
            Organisation(f"{role}-{index}", city, name, region, head_of_code, role, legal, address, phone)
        )
    return made


UNITS = _make(_UNITS, "procuring_entity", "12")
AGENCIES = _make(_AGENCIES, "agency", "91")
SUPPLIERS = _make(_SUPPLIERS, "supplier", "91")

# One person per role for every visitor of the demo to step into; password is set in people.py.
ROLE_PEOPLE = (
    ("sysadmin", "钟维", "system_admin"),
    ("secadmin", "严守正", "security_admin"),
    ("auditadmin", "察明礼", "audit_admin"),
    ("operator", "何经纬", "operator"),
    ("author", "周起草", "author"),
    ("reviewer", "何审慎", "reviewer"),
    ("supervisor", "方监明", "supervisor"),
    ("buyer", "郭予安", "buyer"),
    ("agency", "牛致远", "agency"),
    ("supplier", "成思齐", "supplier"),
    ("expert", "冯知评", "expert"),
)
