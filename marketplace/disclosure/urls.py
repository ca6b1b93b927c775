"""Addresses of files, questions and this room's desk pages."""

from django.urls import path

from marketplace.disclosure.views import desk, files, questions

app_name = "disclosure"
urlpatterns = [
    path("files/<slug:public_id>/", files.file, name="file"),
    path("notices/<slug:public_id>/questions/", questions.ask, name="ask"),
    path("notices/<slug:public_id>/questions/<slug:question_id>/", questions.question, name="question"),
    path("desk/notices/", desk.desk_notices, name="desk_notices"),
    path("desk/notices/<slug:public_id>/withdraw/", desk.desk_withdraw, name="desk_withdraw"),
    path("desk/questions/", questions.desk_questions, name="desk_questions"),
    path("desk/questions/<slug:question_id>/", questions.desk_question, name="desk_question"),
    path(
        "desk/questions/<slug:question_id>/contact/",
        questions.desk_question_contact,
        name="desk_question_contact",
    ),
    path(
        "desk/questions/<slug:question_id>/close/", questions.desk_question_close, name="desk_question_close"
    ),
    path(
        "desk/questions/<slug:question_id>/publish/",
        questions.desk_question_publish,
        name="desk_question_publish",
    ),
    path("desk/scan-hits/", desk.desk_scan_hits, name="desk_scan_hits"),
    path("desk/scan-hits/<int:pk>/", desk.desk_scan_hit, name="desk_scan_hit"),
    path("desk/projects/<slug:public_id>/", desk.desk_project, name="desk_project"),
    path("desk/projects/<slug:public_id>/merge/", desk.desk_project_merge, name="desk_project_merge"),
    path("desk/projects/<slug:public_id>/split/", desk.desk_project_split, name="desk_project_split"),
]
