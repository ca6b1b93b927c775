"""Who runs the demo: an invented unit, so that the footer shows what a real one would."""

from django.conf import settings

from marketplace.ledger import keys

IDENTITY = {
    "id_code": "0000000000",
    "host": "演示市政务服务和数据管理局",
    "operator": "演示市公共资源交易中心",
    "icp": "演示 ICP 备 00000000 号",
    "police": "演示公网安备 00000000000000 号",
    "hotline": "0000-1234567",
    "hours": "工作日 8:30–17:30",
    "email": "service@sunlit.example",
    "address": "演示市政务服务中心三层",
}


def introduce() -> None:
    """In a demo, fill what the environment leaves empty of ``SITE_IDENTITY``."""
    if keys.is_demo():
        for name, value in IDENTITY.items():
            settings.SITE_IDENTITY[name] = settings.SITE_IDENTITY[name] or value
