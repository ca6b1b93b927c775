"""The demo's trades: what is bought, sold or leased, by whom, and how far each one has come.

A chain is one project; its stages are the notices it leaves, in the order of the law.
"""

from dataclasses import dataclass

GOODS = ("intention", "tender", "result", "contract", "performance")
WORKS = ("plan", "tender", "opening_record", "candidates", "result", "contract")
LISTED = ("listing", "result")


@dataclass(frozen=True, slots=True)
class Chain:
    """One project of the demo. ``budget`` is in 元; ``age`` is the days from its first notice to today.

    ``extras`` names what happens besides the usual stages: correction, clarification,
    question, withdrawn, failed, prequalification, invitation.
    """

    trade: str
    unit: int
    subject: str
    budget: int
    age: int
    items: tuple[tuple[str, str, str], ...]
    extras: tuple[str, ...] = ()
    method: str = "公开招标"


CHAINS = (
    Chain("gov_procurement", 0, "教室护眼照明改造设备采购", 862_000, 352, (("护眼黑板灯", "126", "盏"), ("护眼教室灯", "420", "盏"))),
    Chain("gov_procurement", 0, "办公打印机及耗材采购", 178_500, 16, (("A4 黑白激光打印机", "85", "台"), ("硒鼓", "340", "支")), ("correction", "question"), "竞争性磋商"),
    Chain("works", 1, "丹河新区滨水步道建设工程（一期）施工", 12_860_000, 262, (("步道铺装", "18,600", "平方米"), ("护坡", "2,300", "米")), ("clarification",)),
    Chain("works", 1, "丹河新区雨污分流改造工程施工", 23_400_000, 47, (("雨水管网", "6.4", "公里"), ("污水管网", "5.8", "公里")), ("correction", "question")),
    Chain("works", 1, "丹河新区道路照明工程监理", 1_180_000, 188, (("施工监理", "1", "项"),), ("prequalification",)),
    Chain("gov_procurement", 2, "全自动生化分析仪采购", 1_460_000, 236, (("全自动生化分析仪", "1", "台"), ("配套试剂", "1", "批")), ("correction",)),
    Chain("gov_procurement", 2, "社区老年健康体检服务", 640_000, 28, (("65 岁以上体检", "3,200", "人次"),), (), "竞争性磋商"),
    Chain("gov_procurement", 3, "长平古城数字展陈设备采购", 3_950_000, 300, (("沉浸投影系统", "1", "套"), ("互动屏", "12", "台")), ("clarification",)),
    Chain("works", 3, "长平文化广场维修改造工程施工", 6_240_000, 120, (("广场铺装", "9,800", "平方米"), ("座椅", "160", "组"))),
    Chain("state_property", 3, "长平街沿街商铺五年租赁权", 486_000, 90, (("沿街商铺", "12", "间"),), (), "网络竞价"),
    Chain("gov_procurement", 4, "中文图书及加工服务采购", 2_300_000, 340, (("中文图书", "46,000", "册"),), ("question",)),
    Chain("gov_procurement", 4, "自助借还终端采购", 864_000, 22, (("自助借还机", "24", "套"),), ("correction",), "询价"),
    Chain("gov_procurement", 5, "近岸海域水质自动监测站运维服务", 4_736_000, 275, (("监测站运维", "8", "座"),)),
    Chain("gov_procurement", 5, "便携式溶解氧仪采购", 49_500, 12, (("便携式溶解氧仪", "6", "台"),), (), "询价"),
    Chain("environment", 5, "海棠湾工业园化学需氧量排污权出让", 1_250_000, 150, (("化学需氧量排污权", "62.5", "吨/年"),), (), "网络竞价"),
    Chain("works", 6, "灵山湖供水管网更新工程施工", 18_900_000, 205, (("DN600 球墨铸铁管", "11.2", "公里"),), ("correction", "clarification")),
    Chain("works", 6, "灵山湖水厂加氯间改造设计", 1_060_000, 64, (("施工图设计", "1", "项"),), ("invitation",), "邀请招标"),
    Chain("gov_procurement", 6, "智能远传水表采购", 2_718_000, 35, (("DN20 智能水表", "6,040", "只"),), ("question",)),
    Chain("gov_procurement", 7, "幼儿户外活动器材采购", 396_000, 310, (("攀爬组合", "4", "组"), ("平衡车", "60", "辆")), (), "竞争性谈判"),
    Chain("works", 7, "晨光幼儿园屋面及外墙修缮工程施工", 4_380_000, 140, (("外墙保温", "5,200", "平方米"),), ("failed",)),
    Chain("gov_procurement", 8, "馆藏档案数字化加工服务", 3_180_000, 245, (("档案扫描加工", "420", "万页"),), ("correction",)),
    Chain("gov_procurement", 8, "库房恒温恒湿机组维保服务", 268_000, 9, (("机组维保", "14", "台"),), (), "询价"),
    Chain("gov_procurement", 9, "滨海大道绿化养护服务", 5_620_000, 330, (("绿地养护", "86.4", "万平方米"),)),
    Chain("land", 9, "金山滨海 JS-24 地块国有建设用地使用权出让", 386_000_000, 165, (("商住用地", "42,180", "平方米"),), (), "挂牌"),
    Chain("rural_property", 9, "海堤村集体鱼塘三年承包经营权流转", 324_000, 85, (("鱼塘", "216", "亩"),), (), "公开竞价"),
    Chain("gov_procurement", 10, "彝医康复理疗设备采购", 1_920_000, 290, (("康复训练系统", "6", "套"), ("中频治疗仪", "20", "台")), ("question",)),
    Chain("gov_procurement", 10, "医院电子胶片打印系统采购", 588_000, 40, (("自助打印终端", "8", "台"),), ("correction",), "竞争性磋商"),
    Chain("works", 10, "彝风中医医院制剂楼装修工程施工", 7_960_000, 180, (("洁净装修", "3,400", "平方米"),), ("clarification",)),
    Chain("gov_procurement", 11, "植保无人机采购", 1_344_000, 220, (("植保无人机", "32", "架"),)),
    Chain("rural_property", 11, "元谋星河片区集体果园承包经营权流转", 765_000, 55, (("冬枣果园", "510", "亩"),), (), "公开竞价"),
    Chain("mining", 11, "元谋县尹地建筑用砂岩矿采矿权出让", 16_800_000, 130, (("砂岩资源量", "388", "万立方米"),), (), "挂牌"),
    Chain("gov_procurement", 12, "樟子松苗木采购", 2_160_000, 320, (("樟子松（苗高 1.5 米）", "36,000", "株"),)),
    Chain("gov_procurement", 12, "森林防火监控系统运维服务", 1_090_000, 30, (("监控点运维", "64", "处"),), ("question",)),
    Chain("environment", 12, "白桦林场碳汇量转让", 2_408_000, 105, (("林业碳汇", "43,000", "吨"),), (), "网络竞价"),
    Chain("works", 13, "雅鲁河大桥桥面维修工程施工", 9_870_000, 270, (("桥面铺装", "7,600", "平方米"),), ("correction",)),
    Chain("works", 13, "农村公路安全生命防护工程施工", 14_300_000, 58, (("波形护栏", "48", "公里"),), ("question",)),
    Chain("gov_procurement", 13, "除雪车辆采购", 3_270_000, 195, (("多功能除雪车", "3", "辆"),), ("withdrawn",)),
    Chain("state_property", 13, "报废养护车辆处置", 215_000, 20, (("报废车辆", "9", "辆"),), (), "网络竞价"),
    Chain("gov_procurement", 4, "馆舍物业管理服务", 2_850_000, 160, (("物业管理", "2", "年"),), ("failed",)),
    Chain("land", 1, "丹河新区 DH-07 地块国有建设用地使用权出让", 96_400_000, 24, (("工业用地", "58,600", "平方米"),), (), "拍卖"),
    Chain("other", 3, "长平街户外广告位三年经营权", 1_320_000, 75, (("户外广告位", "36", "处"),), (), "公开竞价"),
    Chain("gov_procurement", 2, "村卫生室远程诊疗终端采购", 1_764_000, 100, (("远程诊疗终端", "42", "套"),)),
    Chain("works", 9, "滨海湿地生态修复工程施工", 31_600_000, 92, (("潮沟疏通", "8.2", "公里"), ("碱蓬补植", "310", "亩"))),
    Chain("gov_procurement", 0, "校园食堂食材配送服务", 3_600_000, 6, (("食材配送", "1", "学年"),), ("question",)),
    Chain("gov_procurement", 12, "2027 年度造林苗木采购", 1_880_000, 3, (("落叶松", "28,000", "株"),)),
    Chain("works", 6, "灵山湖泵站机电设备更新工程施工", 8_450_000, 4, (("离心泵机组", "6", "套"),)),
)
