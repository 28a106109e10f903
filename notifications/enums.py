"""Kinds of notices, and the sentence each of them is."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeKind(models.TextChoices):
    """What a notice says. The sentence is made when it is shown; no name or text is stored."""

    OFFER = "offer", _("There is a question for you.")
    OFFER_TAKEN = "offer_taken", _("Someone else is helping. Thank you for being there!")
    OFFER_CANCELLED = "offer_cancelled", _("A question to you is no longer needed.")
    PROPOSED = "proposed", _("A volunteer wants to help you. Is that all right?")
    AGREED_RESIDENT = "agreed_resident", _("A volunteer has been found for you.")
    AGREED_VOLUNTEER = "agreed_volunteer", _("It is agreed. Here you find the address and the phone number.")
    PLANNED = "planned", _("The day and time are set.")
    CONFIRM = "confirm", _("The other side says that it is done. Do you agree?")
    DONE = "done", _("It is done. Thank you!")
    NO_SHOW = "no_show", _("It did not take place. The centre will contact you.")
    CANCELLED_RESIDENT = (
        "cancelled_resident",
        _("The volunteer cannot come after all. We look for someone else."),
    )
    CANCELLED_VOLUNTEER = "cancelled_volunteer", _("An agreement has been called off.")
    INTRODUCTION = "introduction", _("The first meeting is set.")
    REVIEW = "review", _("Does it go on? Please tell us.")
    TRIAL = "trial", _("It goes on: the trial period has begun.")
    LASTING = "lasting", _("It goes on: the help is under way.")
    PAUSED = "paused", _("There is a break for a while.")
    RESUMED = "resumed", _("The break is over.")
    ENDED_RESIDENT = "ended_resident", _("The regular help has stopped. See what happens now.")
    ENDED_VOLUNTEER = "ended_volunteer", _("The regular help has stopped. Thank you for all you did!")
    REVIEW_SILENT = "review_silent", _("One side has not answered yet whether it goes on. Call them.")
    REQUEST_OPENED = "request_opened", _("Your question has been approved. We are looking for a volunteer.")
    REQUEST_SENT_BACK = "request_sent_back", _("We have a question for you about your request.")
    REQUEST_REFERRED = (
        "request_referred",
        _("Your question has been handed over to someone who can help better."),
    )
    REQUEST_UNSUITABLE = "request_unsuitable", _("We cannot help with your question. Read why.")
    COURSE_INVITED = "course_invited", _("You are invited to a training. With it you can help with more.")
    VACANCY_TIP = "vacancy_tip", _("The centre thinks that this vacancy may suit you.")
    SHIFT_TIP = "shift_tip", _("The centre thinks that you may like to come and help on this date.")
    COURSE_WANTED = "course_wanted", _("A volunteer wants to do the training that you invited them to.")
    ARTICLE_REVIEW = (
        "article_review",
        _("An article of yours in the knowledge base is to be looked at again."),
    )
    VACANCY_ANSWERED = "vacancy_answered", _("Someone has answered your vacancy.")
    ANSWER_READ = "answer_read", _("The organisation has read your answer to a vacancy.")
    ANSWER_MOVED = "answer_moved", _("There is good news about your answer to a vacancy.")
    ANSWER_STARTED = "answer_started", _("You have started as a volunteer. Have fun!")
    ANSWER_DECLINED = "answer_declined", _("The organisation has answered you. Read what they say.")
    ANSWER_WITHDRAWN = "answer_withdrawn", _("A volunteer has taken their answer back or has stopped.")
    ANSWER_ENDED = "answer_ended", _("Your volunteer job has ended. Thank you for all you did!")
    WORD_OF_VOLUNTEER = "word_of_volunteer", _("A volunteer wrote you something about a vacancy.")
    WORD_OF_ORGANISATION = "word_of_organisation", _("The organisation wrote you something.")
    ANSWER_WAITS = "answer_waits", _("Someone has been waiting for a week for a word of you.")
    ORGANISATION_SILENT = "organisation_silent", _("An organisation stays silent to a volunteer. Call them.")
    VACANCY_WAITS = "vacancy_waits", _("There is a vacancy to look at.")
    VACANCY_PUBLISHED = "vacancy_published", _("Your vacancy has been published.")
    VACANCY_SENT_BACK = "vacancy_sent_back", _("The centre asks you something about your vacancy.")
    VACANCY_EXPIRES = "vacancy_expires", _("Your vacancy expires in two weeks. Do you want to renew it?")
    CONTACT_LOST = (
        "contact_lost",
        _("A vacancy of yours has no contact person any more. Name another."),
    )
    CONTACT_LOST_THERE = (
        "contact_lost_there",
        _("A vacancy has no contact person any more. Ask the organisation to name another."),
    )
    ANSWER_FOR_NOBODY = (
        "answer_for_nobody",
        _("There is news about a vacancy whose organisation has nobody here. Please take it up."),
    )
    SHIFT_FOR_NOBODY = (
        "shift_for_nobody",
        _("There is news about a shift of an organisation that has nobody here. Please take it up."),
    )
    VACANCY_FOR_NOBODY = (
        "vacancy_for_nobody",
        _("A vacancy asks for attention, and its organisation has nobody here. Please take it up."),
    )
    ACTION_FOR_NOBODY = (
        "action_for_nobody",
        _("There is news about an action of an organisation that has nobody here. Please take it up."),
    )
    NEWS_FOR_NOBODY = (
        "news_for_nobody",
        _("There is news for an organisation that has nobody here. Please take it up."),
    )
    NOBODY_LEFT = (
        "nobody_left",
        _("The last contact of an organisation has gone. Please name another."),
    )
    ORGANISATION_REQUESTED = "organisation_requested", _("An organisation wants to take part.")
    ORGANISATION_DECIDED = "organisation_decided", _("The centre has decided about your organisation.")
    ORGANISATION_PAUSED = (
        "organisation_paused",
        _("An organisation that you were to help does not take part for now. You need not come."),
    )
    ORGANISATION_RETURNED = (
        "organisation_returned",
        _("An organisation that you were to help takes part again. See whether your place still suits."),
    )
    MEETING_TAKEN = "meeting_taken", _("You have a place at a meeting. Put it in your calendar.")
    MEETING_MOVED_UP = "meeting_moved_up", _("A place came free: you can come to the meeting.")
    MEETING_ADMITTED = (
        "meeting_admitted",
        _("The trainer put you on the list of a meeting. Were you not there? Tell the centre."),
    )
    MEETING_CANCELLED = "meeting_cancelled", _("Your place at a meeting is gone. Look for another one.")
    MEETING_LAPSED = "meeting_lapsed", _("No place came free at the meeting. Look for another one.")
    MEETING_CHANGED = "meeting_changed", _("A meeting that you go to has another time or place.")
    MEETING_TOMORROW = "meeting_tomorrow", _("Tomorrow you have a meeting. See where and when.")
    TRAINING_TOMORROW = "training_tomorrow", _("Tomorrow you give a training. See who comes.")
    MEETING_EVALUATE = "meeting_evaluate", _("How was the training? It takes a minute to tell.")
    CERTIFICATE = "certificate", _("Well done! Your certificate is ready.")
    COURSE_ENDING = (
        "course_ending",
        _("A training that you did counts for two more months. Do it again in time."),
    )
    COURSE_ENDED = "course_ended", _("A training that you did counts no more. Do it again to keep helping.")
    NO_VOLUNTEER = "no_volunteer", _("No volunteer has been found yet for a request.")
    WIDENING = "widening", _("We have a short question for you: is another moment fine too?")
    WIDENING_YES = "widening_yes", _("A resident says yes: another moment is fine too. The search goes on.")
    WIDENING_NO = "widening_no", _("A resident says that another moment does not suit.")
    SCREENING_TALK = (
        "screening_talk",
        _("You can help with more after a short talk. Call the centre for a moment that suits you."),
    )
    SCREENING_REFERENCES = (
        "screening_references",
        _("You can help with more once we have spoken someone who knows you. Tell the centre whom."),
    )
    SCREENING_CODE_OF_CONDUCT = (
        "screening_code_of_conduct",
        _("You can help with more once you have signed our code of conduct. The centre shows you how."),
    )
    SCREENING_VOG = (
        "screening_vog",
        _("You can help with more with a VOG, a certificate of conduct. The centre applies for it with you."),
    )
    SCREENING_ID_SEEN = (
        "screening_id_seen",
        _("You can help with more once we have seen your identity card. Bring it when you come by."),
    )
    SCREENING_EXPIRING = "screening_expiring", _("A step of your screening ends soon. See what to do.")
    SCREENING_EXPIRED = "screening_expired", _("A step of your screening has ended. See what to do.")
    SCREENING_DECIDED = "screening_decided", _("The centre has decided something about your screening.")
    STEP_EXPIRING = "step_expiring", _("A step of the screening of a volunteer ends soon.")
    STEP_EXPIRED = "step_expired", _("A step of the screening of a volunteer has ended.")
    REPORT_FILED = "report_filed", _("Someone reports that something is wrong. Please look at it today.")
    REPORT_SETTLED = "report_settled", _("We have looked at what you reported. Read what came of it.")
    RECORD_SHARED = "record_shared", _("Another volunteer centre may look at your data for a time.")
    RESIDENT_SHARED = "resident_shared", _("Another centre may look at the record of a resident for a time.")
    READING_UNUSUAL = (
        "reading_unusual",
        _("A volunteer opens unusually many requests near by. Have a look, and call them if need be."),
    )
    DECISION_ASKED = "decision_asked", _("A colleague asks you to decide about a screening together.")
    SHIFT_MOVED_UP = "shift_moved_up", _("A place came free: you are on the shift. See you there!")
    SHIFT_REMINDER = "shift_reminder", _("Tomorrow you have a shift.")
    SHIFT_LAPSED = "shift_lapsed", _("No place came free on the shift you were waiting for.")
    SHIFT_PASSED_ON = "shift_passed_on", _("Another volunteer takes your shift over.")
    SHIFT_CALLED_OFF = "shift_called_off", _("A shift of yours does not go on.")
    SHIFT_TAKEN_OFF = "shift_taken_off", _("The organisation has taken you off a shift.")
    SHIFT_MOVED = "shift_moved", _("A shift of yours is at another time. See whether it still suits.")
    SHIFT_GIVEN_UP = "shift_given_up", _("A volunteer cannot come to a shift after all.")
    SWAP_ASKED = "swap_asked", _("Another volunteer asks whether you can take a shift over.")
    SWAP_TAKEN = "swap_taken", _("Two volunteers have swapped: another comes to a shift.")
    TALK_ASKED = "talk_asked", _("Someone would like to talk about volunteer work that suits them.")
    TASK_MOVED_UP = "task_moved_up", _("A place came free: you are in the action. See you there!")
    TASK_CALLED_OFF = "task_called_off", _("An action that you signed up for does not go on.")
    TASK_TAKEN_OFF = "task_taken_off", _("The organisation has taken you off an action.")
    TASK_REMINDER = "task_reminder", _("Tomorrow you help for a day.")
    TASK_DROPPED = (
        "task_dropped",
        _("A task that you signed up for does not go on. Perhaps another one suits you."),
    )
    ACTION_MOVED = (
        "action_moved",
        _("An action that you help with has another day, time or place. See whether it still suits."),
    )
    ACTION_TO_REVIEW = "action_to_review", _("An organisation has sent in a one-day action.")
    ACTION_ANSWERED = "action_answered", _("The centre has looked at your one-day action.")
    PARENT_AGREED = "parent_agreed", _("Your parent has agreed. You can choose a place.")
    PARENT_REFUSED = "parent_refused", _("Your parent does not agree with a placement.")
    PLACEMENT_ASKED = "placement_asked", _("A student asks for a place.")
    PLACEMENT_AGREED = "placement_agreed", _("You are welcome: your placement can begin.")
    PLACEMENT_DECLINED = "placement_declined", _("The organisation has no place for you. Choose another.")
    PLACEMENT_STOPPED = "placement_stopped", _("A placement has stopped.")
    PLACEMENT_LEFT = "placement_left", _("A student comes no more. The place is free again.")
    STUDENT_DONE = "student_done", _("All your hours are signed. Your certificate is ready.")
    HOURS_PROPOSED = "hours_proposed", _("You helped. Is the time right? One tap is enough.")
    HOURS_WAITING = "hours_waiting", _("There are hours of volunteers to sign.")
    HOURS_REFUSED = "hours_refused", _("Some of your hours were not signed. See why, and mend it.")
    THANKED = "thanked", _("Someone says thank you to you.")
    MILESTONE_YEAR_1 = (
        "milestone_year_1",
        _("You have been a volunteer for a year. Thank you for being there!"),
    )
    MILESTONE_YEAR_5 = (
        "milestone_year_5",
        _("You have been a volunteer for five years. How special. Thank you!"),
    )
    MILESTONE_YEAR_10 = (
        "milestone_year_10",
        _("You have been a volunteer for ten years. A deep bow. Thank you!"),
    )
    MILESTONE_HOURS_50 = "milestone_hours_50", _("You have given 50 hours to others. Thank you!")
    MILESTONE_HOURS_100 = "milestone_hours_100", _("You have given 100 hours to others. Thank you!")
    MILESTONE_HOURS_250 = "milestone_hours_250", _("You have given 250 hours to others. Thank you!")
    MILESTONE_HOURS_500 = "milestone_hours_500", _("You have given 500 hours to others. Thank you!")
    MILESTONE_HOURS_1000 = "milestone_hours_1000", _("You have given 1,000 hours to others. Thank you!")
    CLAIM_WAITING = "claim_waiting", _("A volunteer asks costs back.")
    CLAIM_APPROVED = "claim_approved", _("The costs that you asked back have been approved.")
    CLAIM_REFUSED = "claim_refused", _("The costs that you asked back were not approved. See why.")
    LIMIT_NEAR = "limit_near", _("Your reimbursements come near to what is free of tax.")
    LIMIT_OVER = "limit_over", _("Your reimbursements are above what is free of tax. See what that means.")
    LIMIT_NEAR_PAYER = "limit_near_payer", _("A volunteer comes near to what is free of tax.")
    LIMIT_OVER_PAYER = (
        "limit_over_payer",
        _("A volunteer would receive more than is free of tax. Talk about it."),
    )
