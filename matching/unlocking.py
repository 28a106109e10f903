"""What each course would open to a volunteer: requests near by, and vacancies.

A room of its own because the two are counted apart, by the engine and in the columns of the bank.
"""

from academy.queries import Opened, courses_by_bit
from matching.candidates import unlock_values
from matching.vacancy_ranking import opened_by_courses
from people.enums import VolunteerState
from people.models import Volunteer
from vacancies.queries.shelf import shelf


def opened_to(volunteer: Volunteer) -> list[Opened]:
    """Return the courses on offer that a volunteer lacks and that alone would open something, most first."""
    if volunteer.state == VolunteerState.LEFT:
        return []
    asked = {course.bit: count for course, count in unlock_values(volunteer)}
    vacancies = opened_by_courses(volunteer, shelf.columns())
    courses = courses_by_bit() if asked or vacancies else {}
    found = [
        Opened(course, asked.get(bit, 0), vacancies.get(bit, 0))
        for bit, course in courses.items()
        if course.on_offer and (bit in asked or bit in vacancies)
    ]
    return sorted(found, key=lambda opened: (-opened.total, opened.course.title))
