"""Geography in Django's admin: to look at and to correct, after an import."""

from django.contrib import admin

from places.models import District, MeetingPlace, Municipality, Neighbourhood, Postcode


@admin.register(Municipality)
class MunicipalityAdmin(admin.ModelAdmin):
    """Municipalities."""

    list_display = ["name", "code"]
    search_fields = ["name", "code"]


@admin.register(District)
class DistrictAdmin(admin.ModelAdmin):
    """Districts."""

    list_display = ["name", "code", "municipality", "inhabitants"]
    list_filter = ["municipality"]
    list_select_related = ["municipality"]
    search_fields = ["name", "code"]
    exclude = ["boundary"]  # comes from the importer, together with its bounding box


@admin.register(Neighbourhood)
class NeighbourhoodAdmin(admin.ModelAdmin):
    """Neighbourhoods."""

    list_display = ["name", "code", "district", "inhabitants"]
    list_select_related = ["district"]
    search_fields = ["name", "code"]
    autocomplete_fields = ["district"]
    exclude = ["boundary"]


@admin.register(Postcode)
class PostcodeAdmin(admin.ModelAdmin):
    """Postcodes; the cell follows from the point."""

    list_display = ["code", "district", "source"]
    list_filter = ["source"]
    list_select_related = ["district"]
    search_fields = ["code"]
    autocomplete_fields = ["district"]


@admin.register(MeetingPlace)
class MeetingPlaceAdmin(admin.ModelAdmin):
    """Meeting places."""

    list_display = ["name", "district", "address"]
    list_select_related = ["district"]
    search_fields = ["name"]
    autocomplete_fields = ["district"]
