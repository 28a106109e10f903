"""Which text people agreed to. A changed text gets a new version; the old agreement stays with its own."""

# The texts themselves stand in templates/people/_consent_volunteer.html and _consent_resident.html.
VERSION = "2025-06"
# Letting a coordinator of another centre look: stands in templates/people/share_new.html.
SHARING_VERSION = "2025-11"
