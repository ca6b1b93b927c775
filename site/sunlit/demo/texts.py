"""The wording of the demo's notices: one paragraph writer per stage, in the field's own language."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from marketplace.kernel import money
from marketplace.kernel.clock import BEIJING

from .chains import Chain
from .places import Organisation


@dataclass(slots=True)
class Facts:
    """What a stage needs to know of its project when it is written."""

    chain: Chain
    unit: Organisation
    agency: Organisation
    code: str
    title: str
    published: datetime
    deadline: datetime | None = None
    bidders: list[Organisation] = field(default_factory=list)
    prices: list[Decimal] = field(default_factory=list)
    previous_deadline: datetime | None = None
    centre: str = ""

    @property
    def winner(self) -> Organisation:
        """The first candidate."""
        return self.bidders[0]

    @property
    def price(self) -> Decimal:
        """The winner's price in 元."""
        return self.prices[0]


def when(at: datetime | None) -> str:
    """A moment as notices write it."""
    return at.astimezone(BEIJING).strftime("%Y年%m月%d日 %H:%M") if at else "另行通知"


def day(at: datetime | date) -> str:
    """A day as notices write it."""
    return (at.astimezone(BEIJING) if isinstance(at, datetime) else at).strftime("%Y年%m月%d日")


def yuan(amount: Decimal) -> str:
    """An amount in figures and in words."""
    return f"{money.format_yuan(amount)} 元（{money.in_words(amount)}）"


def section(title: str, *paragraphs: str) -> str:
    """One headed part of a notice."""
    return f"<h3>{title}</h3>" + "".join(f"<p>{text}</p>" for text in paragraphs)


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table with a header row."""
    cells = "".join(f'<th scope="col">{text}</th>' for text in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>"


def items_table(chain: Chain) -> str:
    """What is bought, by item."""
    rows = [(str(number), name, amount, unit) for number, (name, amount, unit) in enumerate(chain.items, 1)]
    return table(("序号", "标的", "数量", "单位"), rows)


def contacts(facts: Facts) -> str:
    """Where to ask; offices only, never a person's mobile number."""
    return section(
        "联系方式",
        f"{buyer_word(facts.chain)}：{facts.unit.name}，地址：{facts.unit.address}。",
        f"代理机构：{facts.agency.name}，地址：{facts.agency.address}。",
    )


def buyer_word(chain: Chain) -> str:
    """What the law of this trade calls the one who buys or sells."""
    words = {"works": "招标人", "gov_procurement": "采购人", "land": "出让人", "mining": "出让人"}
    return words.get(chain.trade, "转让方")


def intention(facts: Facts) -> str:
    month = facts.published.astimezone(BEIJING).month % 12 + 1
    return (
        f"<p>为便于供应商及时了解采购信息，现将{facts.unit.name}“{facts.chain.subject}”采购意向公开如下：</p>"
        + items_table(facts.chain)
        + section("预算与时间", f"预算金额 {yuan(Decimal(facts.chain.budget))}，预计采购时间为 {month} 月。")
        + section("说明", "本次公开的采购意向是初步安排，具体采购项目情况以采购公告和采购文件为准。")
    )


def plan(facts: Facts) -> str:
    return (
        f"<p>{facts.unit.name}拟对“{facts.chain.subject}”进行招标，现发布招标计划，供潜在投标人知悉和准备。</p>"
        + section(
            "建设内容",
            "；".join(f"{name} {amount} {unit}" for name, amount, unit in facts.chain.items) + "。",
        )
        + section("投资估算", f"{yuan(Decimal(facts.chain.budget))}，资金来源为财政资金，出资比例 100%。")
        + section("说明", "招标计划自发布之日起至少 30 日后发布招标公告，最终以招标公告为准。")
    )


def tender(facts: Facts) -> str:
    word = "投标" if facts.chain.trade == "works" else "提交响应文件"
    return (
        section(
            "一、项目概况",
            f"{facts.chain.subject}的潜在供应商应在本平台获取文件，并于 {when(facts.deadline)}（北京时间）前{word}。"
            f"项目编号 {facts.code}，{facts.chain.method}。",
        )
        + items_table(facts.chain)
        + section("二、金额", f"预算金额 {yuan(Decimal(facts.chain.budget))}，报价超过预算金额的无效。")
        + section(
            "三、资格要求",
            "具有独立承担民事责任的能力，具有良好的商业信誉和健全的财务会计制度；"
            "未被列入失信被执行人、重大税收违法失信主体和政府采购严重违法失信行为记录名单。",
            "单位负责人为同一人或者存在直接控股、管理关系的不同单位，不得参加同一合同项下的活动。"
            "本项目不接受联合体。",
        )
        + section(
            "四、获取文件与开标",
            "文件自本公告发布之日起免费在线下载。文件递交与开启均在线上进行，采用不见面方式，"
            f"开启时间与递交截止时间相同，为 {when(facts.deadline)}。",
        )
        + section(
            "五、异议与投诉", "对公告内容有异议的，可在法定期限内通过本平台在线提出，也可以书面方式提出。"
        )
        + contacts(facts)
    )


def correction(facts: Facts) -> str:
    return (
        section(
            "更正事项",
            f"原公告载明的递交截止与开启时间 {when(facts.previous_deadline)}，更正为 {when(facts.deadline)}。",
            "其余内容不变。已获取文件的供应商请重新下载更正后的文件。",
        )
        + "<hr>"
        + tender(facts)
    )


def clarification(facts: Facts) -> str:
    name = facts.chain.items[0][0]
    return section(
        "一、答疑",
        f"问：{name}的进场验收由谁组织？答：由{facts.unit.name}组织，供货方和监理方共同参加。",
        "问：现场踏勘是否统一组织？答：不统一组织，投标人可自行踏勘，费用自理。",
    ) + section("二、澄清", f"项目编号 {facts.code} 的递交截止时间不变，仍为 {when(facts.deadline)}。")


def opening_record(facts: Facts) -> str:
    rows = [
        (str(number), bidder.name, money.format_yuan(price), "按招标文件", "已递交")
        for number, (bidder, price) in enumerate(zip(facts.bidders, facts.prices, strict=True), 1)
    ]
    return (
        f"<p>{facts.chain.subject}（项目编号 {facts.code}）于 {when(facts.published)} 在本平台不见面开标大厅开标，"
        f"共 {len(rows)} 家投标人完成解密。</p>"
        + table(("序号", "投标人", "报价（元）", "工期", "保证金"), rows)
        + "<p>各投标人对开标过程和开标记录无异议。</p>"
    )


def candidates(facts: Facts) -> str:
    rows = [
        (str(number), bidder.name, money.format_yuan(price), f"{94 - 3 * number}.{number * 2}5")
        for number, (bidder, price) in enumerate(zip(facts.bidders[:3], facts.prices[:3], strict=True), 1)
    ]
    return (
        section(
            "一、评标情况",
            f"{facts.chain.subject}（项目编号 {facts.code}）评标工作已经结束，采用综合评估法。",
        )
        + table(("排名", "中标候选人", "投标报价（元）", "综合得分"), rows)
        + section("二、质量与工期", "质量符合国家现行验收规范合格标准，工期按招标文件要求响应。")
        + section(
            "三、异议渠道",
            f"投标人或者其他利害关系人对评标结果有异议的，应当在公示期间在线提出。{facts.unit.name}自收到异议之日起 3 日内答复。",
        )
        + contacts(facts)
    )


def result(facts: Facts) -> str:
    if facts.chain.trade not in ("works", "gov_procurement"):
        return (
            section("一、成交情况", f"{facts.chain.subject}（编号 {facts.code}）已按公告方式完成交易。")
            + table(
                ("受让方", "成交价（元）", "成交日期"),
                [(facts.winner.name, money.format_yuan(facts.price), day(facts.published))],
            )
            + section("二、成交金额", yuan(facts.price))
            + contacts(facts)
        )
    return (
        section("一、项目名称与编号", f"{facts.chain.subject}，项目编号 {facts.code}。")
        + section(
            "二、中标（成交）信息",
            f"供应商：{facts.winner.name}；地址：{facts.winner.address}；金额：{yuan(facts.price)}。",
        )
        + items_table(facts.chain)
        + section(
            "三、公告期限",
            "自本公告发布之日起 1 个工作日。对结果有异议的，可在法定期限内在线提出质疑或者异议。",
        )
        + contacts(facts)
    )


def contract(facts: Facts) -> str:
    return (
        section(
            "一、合同", f"{facts.chain.subject}合同，甲方：{facts.unit.name}，乙方：{facts.winner.name}。"
        )
        + section("二、合同金额", yuan(facts.price))
        + items_table(facts.chain)
        + section("三、履行", "合同签订之日起按约定期限交付，验收合格后支付；合同正文见附件。")
    )


def performance(facts: Facts) -> str:
    return (
        section(
            "一、验收结论",
            f"{facts.unit.name}于 {day(facts.published)} 组织验收，{facts.chain.subject}验收合格。",
        )
        + items_table(facts.chain)
        + section(
            "二、评价", f"履约单位 {facts.winner.name}：质量合格，按期完成，结算金额 {yuan(facts.price)}。"
        )
    )


def listing(facts: Facts) -> str:
    return (
        section("一、标的", f"{facts.chain.subject}，编号 {facts.code}，方式：{facts.chain.method}。")
        + items_table(facts.chain)
        + section("二、价款", f"起始价 {yuan(Decimal(facts.chain.budget))}，价高者得。")
        + section(
            "三、报名",
            f"报名与保证金到账截止时间为 {when(facts.deadline)}（北京时间），竞买人身份在交易结束前保密。",
        )
        + contacts(facts)
    )


def termination(facts: Facts) -> str:
    return (
        section(
            "一、终止原因",
            f"{facts.chain.subject}（项目编号 {facts.code}）至递交截止时间，递交文件的供应商不足三家，本次采购终止。",
        )
        + section("二、后续安排", "将依法重新组织，请关注本平台后续公告。")
        + contacts(facts)
    )


def prequalification(facts: Facts) -> str:
    return (
        section(
            "一、资格预审",
            f"{facts.chain.subject}采用资格预审，申请文件递交截止时间为 {when(facts.deadline)}。",
        )
        + section(
            "二、资格条件", "具有相应资质、类似项目业绩和项目负责人；采用合格制，全部合格申请人均可投标。"
        )
        + contacts(facts)
    )


def qualification(facts: Facts) -> str:
    rows = [(str(number), bidder.name, "通过") for number, bidder in enumerate(facts.bidders, 1)]
    return (
        section("一、审查结果", f"{facts.chain.subject}（项目编号 {facts.code}）资格审查已完成，结果如下。")
        + table(("序号", "申请人", "结论"), rows)
        + section("二、异议", "对审查结果有异议的，可自公示之日起 3 日内在线提出。")
    )


def invitation(facts: Facts) -> str:
    return (
        section(
            "一、邀请", f"{facts.chain.subject}经批准采用邀请招标，已向符合条件的设计单位发出投标邀请书。"
        )
        + section("二、时间", f"回复确认后在线获取招标文件，递交截止时间为 {when(facts.deadline)}。")
        + contacts(facts)
    )


WRITERS: dict[str, Callable[[Facts], str]] = {
    name: globals()[name]
    for name in [
        "intention",
        "plan",
        "tender",
        "correction",
        "clarification",
        "opening_record",
        "candidates",
        "result",
        "contract",
        "performance",
        "listing",
        "termination",
        "prequalification",
        "qualification",
        "invitation",
    ]
}
