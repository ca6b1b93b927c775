"""How ``{{ form }}`` and ``{{ field.as_field_group }}`` look everywhere."""

from django.forms.renderers import TemplatesSetting


class HouseRenderer(TemplatesSetting):
    """Label, hint, error, field in that order; an error summary on top (``FORM_RENDERER``)."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    formset_template_name = "forms/formset.html"
