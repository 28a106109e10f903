"""Icons and form fields as the design system draws them."""

import re

import pytest
from django import forms
from django.template import Context, Template

from common.forms import DateInput, DaypartsField, TileSelect, TileSelectMultiple
from common.templatetags.ui import ICONS, UnknownIcon, choice_input, icon, icon_if_drawn
from people.enums import HelpCategory


class Ask(forms.Form):
    category = forms.ChoiceField(choices=[("garden", "Tuin"), ("other", "Anders")], widget=TileSelect)
    name = forms.CharField(label="Naam", help_text="Voor en achter")
    note = forms.CharField(label="Briefje", required=False)
    day = forms.DateField(label="Dag", widget=DateInput, required=False)
    agree = forms.BooleanField(label="Ik ga akkoord")
    when = DaypartsField(label="Wanneer", required=False)
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


def draw(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


@pytest.mark.parametrize("category", HelpCategory.values)
def test_every_kind_of_help_has_a_picture(category):
    assert (ICONS / f"{category}.svg").is_file()


@pytest.mark.parametrize("name", sorted(path.stem for path in ICONS.glob("*.svg")))
def test_an_icon_is_skipped_by_screen_readers(name):
    drawn = icon(name)
    assert 'aria-hidden="true"' in drawn
    assert drawn.count("<svg") == 1
    assert drawn.endswith("</svg>")


@pytest.mark.parametrize("name", ["nonsense", "../settings", "", "Home"])
def test_an_unknown_icon_is_a_mistake(name):
    with pytest.raises(UnknownIcon):
        icon(name)
    assert icon_if_drawn(name) == ""


def test_a_size_is_one_of_four():
    assert "sk-icon--xl" in icon("home", "xl")
    with pytest.raises(KeyError):
        icon("home", "huge")


def test_a_text_field_ties_label_help_and_control_together():
    html = draw("{% field form.name %}", form=Ask())
    assert '<label class="sk-field__label" for="id_name">Naam</label>' in html
    assert 'id="id_name_helptext"' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert "(hoeft niet)" not in html


def test_a_field_that_may_stay_empty_says_so():
    assert "sk-field__optional" in draw("{% field form.note %}", form=Ask())
    assert "sk-field__optional" not in draw("{% field form.note optional=False %}", form=Ask())


def test_a_choice_is_written_as_django_writes_it():
    class Form(forms.Form):
        one = forms.ChoiceField(
            choices=[("", "Geen"), ("a&b", "A"), (3, "C")], widget=forms.RadioSelect, required=True
        )
        several = forms.MultipleChoiceField(
            choices=[("x", "X"), ('"y"', "Y")], widget=forms.CheckboxSelectMultiple(attrs={"data-n": 1_000})
        )
        tiles = forms.ChoiceField(choices=[("garden", "Tuin")], widget=TileSelect, disabled=True)

    form = Form({"one": "a&b", "several": ['"y"']}, auto_id="f-%s")
    choices = [choice for field in form for choice in field]
    assert len(choices) == 6
    assert sum("checked" in choice_input(choice) for choice in choices) == 2
    for choice in choices:
        assert choice_input(choice) == choice.tag().strip()


def test_what_is_wrong_stands_at_the_field_and_what_was_typed_stays():
    form = Ask({"name": "", "note": "bel aan", "category": "garden"})
    html = draw("{% field form.name %}{% field form.note %}", form=form)
    assert 'id="id_name_error"' in html
    assert re.search(r'aria-describedby="[^"]*id_name_error', html)
    assert 'aria-invalid="true"' in html
    assert 'value="bel aan"' in html


def test_the_summary_leads_to_each_field_that_is_wrong():
    form = Ask({"category": "garden"})
    html = draw("{% form_errors form %}", form=form)
    assert re.findall(r'href="(#[\w]+)"', html) == ["#id_name", "#id_agree"]
    assert "Naam – " in html
    assert 'role="alert"' in html


def test_no_summary_when_all_is_well():
    form = Ask({"category": "garden", "name": "Toos", "agree": "on"})
    assert form.is_valid()
    assert draw("{% form_errors form %}", form=form).strip() == ""


def test_a_wrong_hidden_field_is_told_too():
    class Hidden(forms.Form):
        token = forms.CharField(widget=forms.HiddenInput, error_messages={"required": "Begin opnieuw."})

    assert "Begin opnieuw." in draw("{% form_errors form %}", form=Hidden({}))


def test_tiles_are_one_named_group_with_a_picture_where_there_is_one():
    html = draw("{% field form.category %}", form=Ask())
    assert html.count("<fieldset") == html.count("<legend") == 1
    assert html.count('type="radio"') == 2
    assert html.count("<svg") == 1


def test_choices_can_be_drawn_as_tiles_by_the_page():
    class Plain(forms.Form):
        what = forms.ChoiceField(choices=[("garden", "Tuin")], widget=forms.RadioSelect)

    assert "sk-tile" not in draw("{% field form.what %}", form=Plain())
    assert "sk-tile" in draw("{% field form.what tiles=True %}", form=Plain())
    assert "sk-options--row" in draw('{% field form.what options="row" %}', form=Plain())


def test_a_question_is_the_heading_of_the_page():
    assert "<h1>Wanneer</h1>" in draw("{% field form.when question=True %}", form=Ask())
    assert draw("{% field form.name question=True %}", form=Ask()).count("<h1") == 1


def test_all_fields_in_their_order():
    html = draw("{% form_fields form %}", form=Ask())
    names = re.findall(r'name="(\w+)"', html)
    assert list(dict.fromkeys(names)) == ["category", "name", "note", "day", "agree", "when", "secret"]


def test_steps_say_how_far_one_is():
    html = draw("{% steps 2 3 %}")
    assert "2" in html
    assert html.count("sk-steps__done") == 2


class TestDayparts:
    """Seven days by three parts, as a mask: bit = weekday * 3 + part."""

    def test_each_cell_has_a_name_of_its_own(self):
        html = draw("{% field form.when %}", form=Ask())
        cells = re.findall(r'<label for="id_when_(\d+)"><span class="sk-visually-hidden">([^<]+)', html)
        assert len(cells) == len({words for _bit, words in cells}) == 21

    def test_the_mask_is_drawn(self):
        html = draw("{% field form.when %}", form=Ask(initial={"when": 0b1000001}))
        assert re.findall(r'value="(\d+)" id="id_when_\d+" checked', html) == ["0", "6"]

    def test_what_was_chosen_becomes_the_mask(self):
        assert DaypartsField().clean(["0", "6", "20"]) == (1 << 0) | (1 << 6) | (1 << 20)

    @pytest.mark.parametrize("wrong", [["21"], ["-1"], ["x"]])
    def test_another_number_is_refused(self, wrong):
        with pytest.raises(forms.ValidationError):
            DaypartsField().clean(wrong)

    def test_nothing_chosen_is_refused_only_where_needed(self):
        with pytest.raises(forms.ValidationError):
            DaypartsField().clean([])
        assert DaypartsField(required=False).clean([]) == 0

    def test_a_refused_form_keeps_what_was_chosen(self):
        form = Ask({"when": ["4"]})
        assert not form.is_valid()
        assert 'value="4" id="id_when_4" checked' in draw("{% field form.when %}", form=form)

    def test_a_change_is_seen(self):
        field = DaypartsField()
        assert field.has_changed(0b1, ["1"])
        assert not field.has_changed(0b11, ["0", "1"])


def test_several_tiles_can_be_chosen():
    class Many(forms.Form):
        skills = forms.MultipleChoiceField(choices=HelpCategory.choices, widget=TileSelectMultiple)

    html = draw("{% field form.skills %}", form=Many({"skills": ["garden", "pets"]}))
    assert html.count(" checked") == 2
    assert html.count("<svg") == len(HelpCategory)
