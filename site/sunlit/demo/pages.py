"""The demo's editorial pages: policies from their files, catalogue, services, lists of powers."""

from datetime import date, datetime
from pathlib import Path

from cms.actions.pages import add_page
from cms.models import CatalogueItem, CataloguePage, PowerItem, PowersListPage, ServicePage
from marketplace.kernel.actor import Actor
from sunlit.imports.run import import_files

from .people import HOURS, Cast
from .places import CITIES, City

POLICIES = Path(__file__).parent / "policies"
ITEMS = (
    (
        "works",
        "依法必须招标的工程建设项目",
        "施工单项合同估算价 400 万元以上，货物 200 万元以上，服务 100 万元以上",
        "《必须招标的工程项目规定》",
    ),
    ("works", "限额以下小型工程", "未达到必须招标规模、使用财政资金的工程", "本级公共资源交易目录"),
    (
        "gov_procurement",
        "集中采购目录内的货物和服务",
        "集中采购目录以内的项目",
        "《中华人民共和国政府采购法》",
    ),
    (
        "gov_procurement",
        "限额标准以上的分散采购",
        "本级公布的分散采购限额标准以上",
        "《中华人民共和国政府采购法》",
    ),
    (
        "land",
        "国有建设用地使用权出让",
        "工业、商业、旅游、娱乐和商品住宅等经营性用地",
        "《中华人民共和国土地管理法》",
    ),
    ("mining", "采矿权、探矿权出让", "以招标、拍卖、挂牌方式出让的矿业权", "《矿业权出让交易规则》"),
    ("state_property", "企业国有资产交易", "产权转让、增资和资产转让", "《企业国有资产交易监督管理办法》"),
    (
        "rural_property",
        "农村集体资产和承包经营权流转",
        "集体统一组织的流转",
        "《农村产权流转交易市场运行规范》",
    ),
    ("environment", "排污权、林业碳汇交易", "实行有偿使用的环境权益", "本级公共资源交易目录"),
)
POWERS = (
    (
        "招标投标活动的监督检查",
        "行政检查",
        "《中华人民共和国招标投标法》第七条",
        "对开标、评标和合同履行实施监督，依法处理投诉。",
    ),
    (
        "政府采购活动的监督检查",
        "行政检查",
        "《中华人民共和国政府采购法》第五十九条",
        "对采购方式、程序和评审活动实施监督，依法处理投诉。",
    ),
    (
        "串通投标行为的处罚",
        "行政处罚",
        "《中华人民共和国招标投标法》第五十三条",
        "调查取证，听取陈述申辩，公开处罚决定。",
    ),
    (
        "投诉处理",
        "行政裁决",
        "《中华人民共和国招标投标法实施条例》第六十一条",
        "在法定期限内受理、调查并作出处理决定。",
    ),
)
SERVICES = (
    (
        "项目登记",
        "招标人、采购人、代理机构",
        "核准或备案文件、项目资料",
        "在线填报，资料齐全的当场登记",
        "1 个工作日",
    ),
    (
        "公告发布",
        "招标人、采购人、代理机构",
        "公告文本和结构化信息",
        "起草、审核、发布，发布即写入公开台账",
        "1 个工作日",
    ),
    ("场地安排", "招标人、采购人、代理机构", "开标评标时间和人数", "在线预约，系统核对冲突", "当日"),
    (
        "主体入库",
        "供应商、代理机构",
        "营业执照和基本账户信息",
        "在线提交，一次性告知缺少的资料",
        "2 个工作日",
    ),
)


def build_pages(cast: Cast, *, by: Actor, at: datetime) -> None:
    """Put up what an editor would have written in the first month."""
    for city in CITIES:
        add_page(page=_service(cast, city), channel="services", by=by, at=at)
    add_page(
        page=_catalogue(CITIES[0], 2021, date(2021, 7, 1), date(2024, 6, 30)),
        channel="catalogue",
        by=by,
        at=at,
    )
    add_page(page=_catalogue(CITIES[0], 2024, date(2024, 7, 1), None), channel="catalogue", by=by, at=at)
    for city in CITIES[:2]:
        add_page(page=_powers(city, at), channel="powers", by=by, at=at)


def import_policies() -> int:
    """Take in the five policy documents as they are; how many went in."""
    refused: list[str] = []
    done = import_files(
        sorted(POLICIES.glob("*.txt")),
        report=lambda path, line, reason: refused.append(f"{path.name}:{line}: {reason}"),
        remark=lambda path, line, reason: None,
        progress=lambda path, number, total: None,
    )
    if refused:
        raise RuntimeError("; ".join(refused))
    return len(done)


def _service(cast: Cast, city: City) -> ServicePage:
    items = [
        (
            "item",
            {
                "name": name,
                "audience": audience,
                "materials": f"<p>{materials}。</p>",
                "steps": f"<p>{way}。</p>",
                "time_limit": limit,
                "fee": "不收费",
                "contact": city.phone,
            },
        )
        for name, audience, materials, way, limit in SERVICES
    ]
    branch = cast.branches[city.region]
    return ServicePage(
        title=f"{branch.name}服务事项",
        slug=f"services-{city.key}",
        branch=branch,
        summary="登记、公告、场地和入库，全部可以在线办理。",
        hours=HOURS,
        items=items,
        flow="<p>登记、公告、文件获取、递交、开标、评审、公示、结果、合同，各环节全部在线办理。</p>",
        norms="<p>工作人员不接触未开启的投标文件，不打听、不透露供应商名单和评审情况。</p>",
        supervision=f"<p>对服务不满意的，可拨打 {city.phone}，也可以在网页下方“我为政府网站找错”提出。</p>",
    )


def _catalogue(city: City, year: int, start: date, end: date | None) -> CataloguePage:
    page = CataloguePage(
        title=f"{city.name}公共资源交易目录（{year} 版）",
        slug=f"catalogue-{city.key}-{year}",
        version_name=f"{year} 版",
        effective_from=start,
        effective_to=end,
        basis="全国公共资源交易目录指引",
        region_id=city.region,
    )
    rows = ITEMS if end is None else ITEMS[:7]
    page.items = [
        CatalogueItem(sort_order=number, trade_type=trade, name=name, scope=scope, basis=basis)
        for number, (trade, name, scope, basis) in enumerate(rows)
    ]
    return page


def _powers(city: City, at: datetime) -> PowersListPage:
    page = PowersListPage(
        title=f"{city.name}公共资源交易监督权责清单",
        slug=f"powers-{city.key}",
        department=f"{city.name}公共资源交易监督部门",
        as_of=at.date(),
        phone=city.phone,
    )
    page.items = [
        PowerItem(sort_order=number, name=name, kind=kind, basis=basis, duty=duty)
        for number, (name, kind, basis, duty) in enumerate(POWERS)
    ]
    return page
