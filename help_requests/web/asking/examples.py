"""Sentences that help people to find words, per kind of help."""

from django.utils.translation import gettext_lazy as _

from people.enums import HelpCategory as Kind

EXAMPLES = {
    Kind.TRANSPORT: (
        _("I would like a ride to the hospital. I walk with a rollator. Please wait for me there."),
        _("I would like someone to take me to the hairdresser and back."),
    ),
    Kind.GROCERIES: (
        _("I would like someone to do my shopping. It is one bag full."),
        _("I would like to go to the supermarket together, because the bags are too heavy for me."),
    ),
    Kind.COMPANY: (
        _("I would like someone to come and have coffee with me. I like to talk about the old days."),
        _("I would like someone to play cards with me."),
    ),
    Kind.GARDEN: (
        _("I would like help with weeding. The garden is small."),
        _("I would like someone to trim the hedge. I have a hedge trimmer."),
    ),
    Kind.PAPERWORK: (
        _("I would like help with a letter from the tax office. I do not understand it."),
        _("I would like someone to fill in a form with me."),
    ),
    Kind.DIGITAL: (
        _("I would like help with my tablet. I cannot get into my mail."),
        _("I would like someone to explain video calling to me."),
    ),
    Kind.LANGUAGE: (
        _("I would like to practise speaking Dutch, with a cup of tea."),
        _("I would like someone to read letters with me."),
    ),
    Kind.REPAIRS: (
        _("I would like someone to hang up a lamp. The lamp is here already."),
        _("I would like help with a kitchen door that hangs askew."),
    ),
    Kind.MOVING: (
        _("I would like help to move a cupboard. It is heavy, so two people are needed."),
        _("I would like someone to take old things to the recycling centre."),
    ),
    Kind.PETS: (
        _("I would like someone to walk my dog. He is small and sweet."),
        _("I would like someone to feed my cat while I am away."),
    ),
    Kind.TUTORING: (
        _("I would like help with arithmetic for my daughter. She is in group 7."),
        _("I would like someone to practise English with my son."),
    ),
    Kind.RESPITE: (
        _("I would like someone to keep my wife company, so that I can go out for an evening."),
        _("I would like someone to play a game with my father while I do the shopping."),
    ),
    Kind.OUTING: (
        _("I would like to go to the market with someone. I use a wheelchair."),
        _("I would like to go for a walk with someone, at an easy pace."),
    ),
    Kind.MEALS: (
        _("I would like someone to cook for me, because I cannot stand for long."),
        _("I would like to eat together with someone."),
    ),
    Kind.HOUSEHOLD: (
        _("I would like help with cleaning the windows."),
        _("I would like someone to iron with me. My wrist is in plaster."),
    ),
    Kind.PHONE_CIRCLE: (
        _("I would like someone to call me every morning, to hear that all is well."),
        _("I would like to join a group of people who call each other."),
    ),
}
