"""Which fields of models, forms and schemas are personal: exact outcomes of small applications."""

from __future__ import annotations

from textwrap import dedent

import pytest

from data_etiquette.model.catalog import Catalog
from tests.flow.support import fields_of

DJANGO = "from django.contrib.auth.models import User\nfrom django.db import models\n"
FORMS = "from django import forms\n"
DRF = "from rest_framework import serializers\n"


def in_file(header: str, body: str, catalog: Catalog) -> list[str]:
    return fields_of({"app.py": header + dedent(body)}, catalog)


def test_labels_and_signals_of_a_class_are_no_fields(catalog: Catalog) -> None:
    body = """
        from django.utils.translation import gettext_lazy as _
        from blinker import Signal
        class Message(models.Model):
            verbose_name = _("message")
            before_save = Signal()
            text = models.TextField()
    """
    assert in_file(DJANGO, body, catalog) == ["Message.text: message_content"]


def test_a_label_that_names_a_name(catalog: Catalog) -> None:
    body = """
        from pydantic import BaseModel, Field
        class ApiKeyRequest(BaseModel):
            name: str = Field(title="The name of the API key.")
            key: str = Field(title="The API key.")
    """
    assert in_file("", body, catalog) == ["ApiKeyRequest.key: personal_api_key"]


def test_lists_tell_what_they_list(catalog: Catalog) -> None:
    body = """
        class BulkSerializer(serializers.Serializer):
            learners = serializers.ListField(child=serializers.EmailField())
            courses = serializers.ListField(child=serializers.UUIDField())
    """
    assert in_file(DRF, body, catalog) == ["BulkSerializer.learners: email"]


def test_own_field_classes_tell_their_framework(catalog: Catalog) -> None:
    files = {
        "fields.py": dedent(
            """
            import wtforms
            class StringField(wtforms.StringField):
                pass
            """
        ),
        "forms.py": dedent(
            """
            import fields
            from somewhere import RegisterBase
            class Extended(RegisterBase):
                first_name = fields.StringField("First name")
                captcha = fields.StringField("Captcha")
            """
        ),
    }
    assert fields_of(files, catalog) == ["Extended.first_name: first_name"]


def test_a_customer_that_is_an_organisation(catalog: Catalog) -> None:
    body = """
        class EnterpriseCustomer(models.Model):
            name = models.CharField(max_length=99)
            enable_data_sharing_consent = models.BooleanField(default=False)
        class Customer(models.Model):
            name = models.CharField(max_length=99)
    """
    assert in_file(DJANGO, body, catalog) == ["Customer.name: full_name"]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("class Account(models.Model):\n    name = models.CharField(max_length=9)\n", []),
        (
            "class Account(models.Model):\n    user = models.ForeignKey(User, models.CASCADE)\n"
            "    name = models.CharField(max_length=9)\n",
            ["Account.name: full_name"],
        ),
    ],
    ids=["of a ledger", "of a user"],
)
def test_accounts(body: str, found: list[str], catalog: Catalog) -> None:
    assert in_file(DJANGO, body, catalog) == found


def test_one_to_one_with_a_person_extends_the_record(catalog: Catalog) -> None:
    body = """
        class Member(models.Model):
            email = models.EmailField()
        class MemberSepa(models.Model):
            member = models.OneToOneField(Member, models.CASCADE)
            city = models.CharField(max_length=99)
        class MeetingSepa(models.Model):
            city = models.CharField(max_length=99)
    """
    assert in_file(DJANGO, body, catalog) == ["Member.email: email", "MemberSepa.city: city"]


def test_reports_with_a_reporter_and_computed_reports(catalog: Catalog) -> None:
    body = """
        class AbuseReport(models.Model):
            reporter = models.ForeignKey(User, models.CASCADE)
            reason = models.TextField()
        class SalesReport(models.Model):
            reason = models.TextField()
    """
    assert in_file(DJANGO, body, catalog) == ["AbuseReport.reason: message_content"]


def test_a_mixin_for_members_makes_nobody_a_member(catalog: Catalog) -> None:
    body = """
        class Collection(models.Model):
            pass
        class CollectionMember(models.Model):
            collection = models.ForeignKey(Collection, models.CASCADE)
            class Meta:
                abstract = True
        class Sheet(CollectionMember):
            title = models.CharField(max_length=99)
            description = models.TextField()
    """
    assert in_file(DJANGO, body, catalog) == []


def test_names_of_texts_with_nobody_to_reach(catalog: Catalog) -> None:
    body = """
        class Annotation(models.Model):
            name = models.CharField(max_length=99)
        class ContactMessage(models.Model):
            name = models.CharField(max_length=99)
            email = models.EmailField()
    """
    assert in_file(DJANGO, body, catalog) == [
        "ContactMessage.email: email",
        "ContactMessage.name: full_name",
    ]


def test_settings_ask_for_names_and_hold_none(catalog: Catalog) -> None:
    body = """
        class OrganizationSettings(models.Model):
            first_name = models.CharField(max_length=9, choices=[("hidden", "hidden")])
        class OrderSettings(models.Model):
            comment = models.TextField()
    """
    assert in_file(DJANGO, body, catalog) == []


def test_users_names_on_things_and_logins_of_services(catalog: Catalog) -> None:
    body = """
        class Topic(models.Model):
            last_post_username = models.CharField(max_length=99)
        class SSHTunnel(models.Model):
            server_address = models.CharField(max_length=99)
            username = models.CharField(max_length=99)
            password = models.CharField(max_length=99)
    """
    assert in_file(DJANGO, body, catalog) == ["Topic.last_post_username: username"]


def test_what_a_serializer_shows_through_a_relation(catalog: Catalog) -> None:
    body = """
        class MemberSerializer(serializers.Serializer):
            user = serializers.SlugRelatedField(slug_field="username", read_only=True)
            team = serializers.SlugRelatedField(slug_field="name", read_only=True)
            contact = serializers.CharField(source="owner.email")
            label = serializers.CharField(source="venue.title")
            test = serializers.CharField(source="full_name")
            approved_by = serializers.SerializerMethodField()
            sorted_by = serializers.SerializerMethodField()
    """
    assert in_file(DRF, body, catalog) == [
        "MemberSerializer.approved_by: full_name",
        "MemberSerializer.contact: email",
        "MemberSerializer.user: username",
    ]


def test_a_field_listed_and_declared_is_one(catalog: Catalog) -> None:
    body = """
        from django.db import models
        class Event(models.Model):
            title = models.CharField(max_length=9)
        class EventSerializer(serializers.ModelSerializer):
            emails = serializers.HyperlinkedIdentityField(view_name="emails")
            class Meta:
                model = Event
                fields = ["title", "emails"]
    """
    assert in_file(DRF, body, catalog) == []


def test_records_of_a_framework_that_nobody_described(catalog: Catalog) -> None:
    body = """
        from typing import ClassVar
        from scim import Resource
        class User(Resource):
            schema: ClassVar[str] = "urn"
            user_name: str | None = None
            family_name: str | None = None
        class Ticker(Resource):
            symbol: str
            price: int
        class UserService(Resource):
            email: str
            phone: str
    """
    assert in_file("", body, catalog) == ["User.family_name: last_name", "User.user_name: username"]


def test_kinds_of_things_are_nobodys(catalog: Catalog) -> None:
    body = """
        class Subscription(models.Model):
            notes = models.TextField()
        class SubscriptionType(models.Model):
            name = models.CharField(max_length=9)
            notes = models.TextField()
    """
    assert in_file(DJANGO, body, catalog) == ["Subscription.notes: message_content"]


def test_a_form_that_asks_for_a_comment(catalog: Catalog) -> None:
    body = """
        class CancellationForm(forms.Form):
            message = forms.CharField()
            date = forms.DateField()
        class MailTemplateForm(forms.Form):
            message = forms.CharField()
    """
    assert in_file(FORMS, body, catalog) == ["CancellationForm.message: message_content"]


@pytest.mark.parametrize(
    ("extra", "found"),
    [
        ("", []),
        (
            "class Patient(models.Model):\n    pass\n",
            ["Treatment.details: medical_history"],
        ),
    ],
    ids=["of metal", "of patients"],
)
def test_clinical_nouns_need_patients(extra: str, found: list[str], catalog: Catalog) -> None:
    body = (
        "class Encounter(models.Model):\n    diagnosis_date = models.DateField()\n"
        "class Treatment(models.Model):\n"
        "    encounter = models.ForeignKey(Encounter, models.CASCADE)\n"
        "    details = models.CharField(max_length=9)\n"
        "    unit = models.CharField(max_length=9)\n"
    )
    got = [item for item in in_file(DJANGO + extra, body, catalog) if item.startswith("Treat")]
    assert got == found


def test_types_of_columns_of_our_own(catalog: Catalog) -> None:
    body = """
        from sqlalchemy import Column, DateTime, String
        from sqlalchemy.types import TypeDecorator
        from sqlalchemy.orm import declarative_base
        Base = declarative_base()
        class UTC(TypeDecorator):
            impl = DateTime
        class User(Base):
            __tablename__ = "users"
            last_login = Column(UTC(timezone=True))
            email = Column(UTC(timezone=True))
    """
    assert in_file("", body, catalog) == ["User.last_login: login_history"]


def test_passwords_of_things_are_everybodys(catalog: Catalog) -> None:
    body = """
        class Project(models.Model):
            password = models.CharField(max_length=99)
        class Login(models.Model):
            username = models.CharField(max_length=99)
            password = models.CharField(max_length=99)
    """
    assert in_file(DJANGO, body, catalog) == [
        "Login.password: password",
        "Login.username: username",
    ]


def test_whoever_sends_an_invoice_is_a_business(catalog: Catalog) -> None:
    body = """
        class Invoice(models.Model):
            invoice_from_name = models.CharField(max_length=99)
            invoice_to_name = models.CharField(max_length=99)
    """
    assert in_file(DJANGO, body, catalog) == ["Invoice.invoice_to_name: full_name"]


def test_lists_of_fields_that_are_put_together(catalog: Catalog) -> None:
    body = """
        from django.db import models
        class Customer(models.Model):
            email = models.EmailField()
            phone = models.CharField(max_length=9)
        class CustomerSerializer(serializers.ModelSerializer):
            class Meta:
                model = Customer
                public = ("id", "email")
                fields = public + ("phone",)
    """
    assert in_file(DRF, body, catalog) == [
        "Customer.email: email",
        "Customer.phone: phone",
        "CustomerSerializer.email: email",
        "CustomerSerializer.phone: phone",
    ]


def test_pictures_of_a_user_and_artwork(catalog: Catalog) -> None:
    body = """
        class Image(models.Model):
            user = models.ForeignKey(User, models.CASCADE)
            description = models.TextField()
        class ProductImage(models.Model):
            uploaded_by = models.ForeignKey(User, models.CASCADE)
            description = models.TextField()
    """
    assert in_file(DJANGO, body, catalog) == ["Image.description: message_content"]


def test_an_abstract_post_is_a_post(catalog: Catalog) -> None:
    body = """
        class AbstractPost(models.Model):
            content = models.TextField()
            class Meta:
                abstract = True
        class Topic(models.Model):
            poster = models.ForeignKey(User, models.CASCADE)
            subject = models.CharField(max_length=99)
        class Lesson(models.Model):
            subject = models.CharField(max_length=99)
    """
    assert in_file(DJANGO, body, catalog) == [
        "AbstractPost.content: message_content",
        "Topic.subject: message_content",
    ]


def test_a_form_for_the_programs_users_is_a_person(catalog: Catalog) -> None:
    body = """
        from django.contrib.auth import get_user_model
        User = get_user_model()
        class EditSignature(serializers.ModelSerializer):
            class Meta:
                model = User
                fields = ["title", "biography"]
    """
    assert in_file(DRF, body, catalog) == [
        "EditSignature.biography: profile_segment",
        "EditSignature.title: gender",
    ]


def test_one_of_several_profiles_of_a_user_has_a_name_of_its_own(catalog: Catalog) -> None:
    body = """
        class NotificationProfile(models.Model):
            user = models.ForeignKey(User, on_delete=models.CASCADE)
            name = models.CharField(max_length=40)
        class UserProfile(models.Model):
            user = models.OneToOneField(User, on_delete=models.CASCADE)
            name = models.CharField(max_length=40)
    """
    assert in_file(DJANGO, body, catalog) == ["UserProfile.name: full_name"]


def test_an_account_with_somebody_to_contact_is_a_firm(catalog: Catalog) -> None:
    body = """
        class Account(models.Model):
            name = models.CharField(max_length=64)
            industry = models.CharField(max_length=64)
            contact_name = models.CharField(max_length=64)
    """
    assert in_file(DJANGO, body, catalog) == ["Account.contact_name: full_name"]


def test_a_log_of_machines_is_no_log_of_people(catalog: Catalog) -> None:
    body = """
        class Machine(models.Model):
            port = models.IntegerField()
        class MachineActivityLog(models.Model):
            machine = models.ForeignKey(Machine, on_delete=models.CASCADE)
            event_type = models.CharField(max_length=40)
        class UserActivityLog(models.Model):
            user = models.ForeignKey(User, on_delete=models.CASCADE)
            event_type = models.CharField(max_length=40)
    """
    assert in_file(DJANGO, body, catalog) == ["UserActivityLog.event_type: app_usage"]


def test_what_a_user_is_notified_through(catalog: Catalog) -> None:
    body = """
        class Destination(models.Model):
            user = models.ForeignKey(User, on_delete=models.CASCADE)
            settings = models.JSONField()
        class LogDestination(models.Model):
            settings = models.JSONField()
    """
    assert in_file(DJANGO, body, catalog) == ["Destination.settings: email"]


def test_a_schema_of_a_found_message(catalog: Catalog) -> None:
    body = """
        from pydantic import BaseModel
        class Found(BaseModel):
            message_id: str
            content: str
        class Paged(BaseModel):
            page_id: str
            content: str
    """
    assert in_file("", body, catalog) == ["Found.content: message_content"]


def test_state_among_the_parts_of_an_address(catalog: Catalog) -> None:
    body = """
        class Prospect(models.Model):
            city = models.CharField(max_length=40)
            state = models.CharField(max_length=40)
        class Job(models.Model):
            state = models.CharField(max_length=40)
        class Member(models.Model):
            state = models.CharField(max_length=40)
    """
    assert in_file(DJANGO, body, catalog) == ["Prospect.city: city", "Prospect.state: region"]


def test_keys_of_users_are_no_names(catalog: Catalog) -> None:
    body = """
        from sqlalchemy import String
        from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
        class Base(DeclarativeBase):
            pass
        class Skill(Base):
            __tablename__ = "skills"
            id: Mapped[str] = mapped_column(String(36), primary_key=True)
            approved_by: Mapped[str] = mapped_column(String(36))
            created_by: Mapped[str] = mapped_column(String(255))
    """
    assert in_file("", body, catalog) == ["Skill.created_by: full_name"]


def test_a_permission_that_is_asked_for(catalog: Catalog) -> None:
    body = """
        class Talk(models.Model):
            video = models.BooleanField(help_text="You agree to be filmed.")
            live = models.BooleanField(help_text="Shown on the front page.")
    """
    assert in_file(DJANGO, body, catalog) == ["Talk.video: privacy_preference"]


def test_opting_out_of_what(catalog: Catalog) -> None:
    body = """
        class Agent(models.Model):
            context_window_opt_out = models.BooleanField()
        class Customer(models.Model):
            email_opt_out = models.BooleanField()
    """
    assert in_file(DJANGO, body, catalog) == ["Customer.email_opt_out: privacy_preference"]


def test_a_text_and_the_address_it_came_from(catalog: Catalog) -> None:
    body = """
        class Anonymous(models.Model):
            ip_addr = models.GenericIPAddressField()
            text = models.TextField()
        class Paragraph(models.Model):
            text = models.TextField()
    """
    assert in_file(DJANGO, body, catalog) == [
        "Anonymous.ip_addr: ip_address",
        "Anonymous.text: message_content",
    ]


def test_tokens_of_a_team_are_nobodys(catalog: Catalog) -> None:
    body = """
        class TeamAPIToken(models.Model):
            token = models.CharField(max_length=64)
        class TeamInvitation(models.Model):
            email = models.EmailField()
            token = models.CharField(max_length=64)
    """
    assert in_file(DJANGO, body, catalog) == [
        "TeamInvitation.email: email",
        "TeamInvitation.token: reset_token",
    ]


def test_choices_of_a_filter_are_no_data(catalog: Catalog) -> None:
    body = """
        class UserFilterForm(forms.Form):
            gender = forms.ChoiceField(choices=())
            username = forms.CharField()
    """
    assert in_file(FORMS, body, catalog) == ["UserFilterForm.username: username"]


def test_a_log_with_its_doer_in_a_schema(catalog: Catalog) -> None:
    body = """
        class LogOutputSerializer(serializers.Serializer):
            user = serializers.PrimaryKeyRelatedField(read_only=True)
            log_type = serializers.CharField()
        class BuildLogSerializer(serializers.Serializer):
            build = serializers.PrimaryKeyRelatedField(read_only=True)
            log_type = serializers.CharField()
    """
    assert in_file(DRF, body, catalog) == ["LogOutputSerializer.log_type: app_usage"]


def test_addresses_behind_a_group(catalog: Catalog) -> None:
    body = """
        class Group(models.Model):
            email = models.CharField(max_length=64)
            preapproved_emails = models.TextField()
    """
    assert in_file(DJANGO, body, catalog) == ["Group.preapproved_emails: email"]


def test_a_field_of_the_forms_own_links_to_nothing(catalog: Catalog) -> None:
    body = """
        class CheckedField(forms.MultiValueField):
            pass
        class ContactForm(forms.Form):
            email = CheckedField()
    """
    assert in_file(FORMS, body, catalog) == ["ContactForm.email: email"]


def test_what_can_be_commented_on_is_no_comment(catalog: Catalog) -> None:
    body = """
        class CommentMixin:
            @property
            def all_comments(self):
                return []
        class MessageMixin(models.Model):
            text = models.TextField()
        class Timeline(CommentMixin, models.Model):
            description = models.TextField()
        class Ping(MessageMixin, models.Model):
            description = models.TextField()
    """
    assert in_file(DJANGO, body, catalog) == [
        "MessageMixin.text: message_content",
        "Ping.description: message_content",
    ]


def test_a_key_to_a_list_tells_as_much_as_a_text(catalog: Catalog) -> None:
    body = """
        class Country(models.Model):
            name = models.CharField(max_length=50)
        class Address(models.Model):
            country = models.ForeignKey(Country, on_delete=models.PROTECT)
            customer = models.ForeignKey(User, on_delete=models.CASCADE)
        class Product(models.Model):
            country = models.ForeignKey(Country, on_delete=models.PROTECT)
    """
    assert in_file(DJANGO, body, catalog) == ["Address.country: country"]


def test_what_something_was_when_it_was_used(catalog: Catalog) -> None:
    body = """
        class NewsletterDelivery(models.Model):
            email_at_send = models.CharField(max_length=320)
            email_sent_at = models.DateTimeField()
            opened_at = models.DateTimeField()
        class WebhookDelivery(models.Model):
            delivered_at = models.DateTimeField()
    """
    assert in_file(DJANGO, body, catalog) == [
        "NewsletterDelivery.email_at_send: email",
        "NewsletterDelivery.opened_at: communication_metadata",
    ]


def test_a_way_to_pay_that_is_open_to_all_is_of_nobody(catalog: Catalog) -> None:
    body = """
        class PaymentMethod(models.Model):
            active = models.BooleanField()
            priority = models.IntegerField()
            note = models.TextField()
        class Payment(models.Model):
            customer = models.ForeignKey(User, on_delete=models.CASCADE)
            note = models.TextField()
    """
    assert in_file(DJANGO, body, catalog) == ["Payment.note: message_content"]


def test_the_source_of_a_food_is_not_where_a_visitor_came_from(catalog: Catalog) -> None:
    body = """
        class LogEntry(models.Model):
            user = models.ForeignKey(User, on_delete=models.CASCADE)
            food_source_key = models.CharField(max_length=100)
            source = models.CharField(max_length=100)
    """
    assert in_file(DJANGO, body, catalog) == ["LogEntry.source: referrer"]


def test_a_flag_raised_by_somebody_is_a_report_and_others_are_switches(catalog: Catalog) -> None:
    body = """
        class Flag(models.Model):
            user = models.ForeignKey(User, on_delete=models.CASCADE)
            reason = models.IntegerField()
            body = models.TextField()
        class FeatureFlag(models.Model):
            name = models.CharField(max_length=100)
            note = models.TextField()
    """
    assert in_file(DJANGO, body, catalog) == ["Flag.body: message_content"]


def test_notes_among_much_else_make_no_text_of_it(catalog: Catalog) -> None:
    body = """
        class PlannedWork(models.Model):
            user = models.ForeignKey(User, on_delete=models.CASCADE)
            title = models.CharField(max_length=200)
            notes = models.TextField()
            hours = models.IntegerField()
            weeks = models.IntegerField()
            created_at = models.DateTimeField()
            is_provisional = models.BooleanField()
        class Jotting(models.Model):
            user = models.ForeignKey(User, on_delete=models.CASCADE)
            title = models.CharField(max_length=200)
            notes = models.TextField()
    """
    assert in_file(DJANGO, body, catalog) == [
        "Jotting.notes: message_content",
        "Jotting.title: message_content",
    ]


def test_a_weight_with_a_default_sorts_rows(catalog: Catalog) -> None:
    body = """
        class PersonDetail(models.Model):
            weight = models.SmallIntegerField(default=0)
        class Patient(models.Model):
            weight = models.SmallIntegerField()
    """
    assert in_file(DJANGO, body, catalog) == ["Patient.weight: weight"]


def test_rows_of_keys_and_values_are_no_tokens(catalog: Catalog) -> None:
    body = """
        class TokenInfo(models.Model):
            key = models.CharField(max_length=100)
            value = models.TextField()
        class ApiToken(models.Model):
            key = models.CharField(max_length=100)
    """
    assert in_file(DJANGO, body, catalog) == ["ApiToken.key: personal_api_key"]


def test_a_number_of_people_is_nobodys_number(catalog: Catalog) -> None:
    body = """
        class Mailing(models.Model):
            recipients_number = models.PositiveIntegerField()
        class Booking(models.Model):
            customer_number = models.PositiveIntegerField()
    """
    assert in_file(DJANGO, body, catalog) == ["Booking.customer_number: customer_number"]


def test_a_log_of_who_came_from_where(catalog: Catalog) -> None:
    body = """
        class AccessTrail(models.Model):
            event_type = models.CharField(max_length=20)
            endpoint = models.CharField(max_length=100)
            username = models.CharField(max_length=100)
    """
    assert "AccessTrail.username: username" in in_file(DJANGO, body, catalog)


def test_a_form_that_asks_how_to_reach_somebody_asks_where_they_live(catalog: Catalog) -> None:
    body = """
        class ContactForm(forms.Form):
            email = forms.EmailField()
            phone = forms.CharField()
            city = forms.CharField()
        class PollAnswerForm(forms.Form):
            answer = forms.CharField()
            city = forms.CharField()
    """
    assert in_file(FORMS, body, catalog) == [
        "ContactForm.city: city",
        "ContactForm.email: email",
        "ContactForm.phone: phone",
        "PollAnswerForm.answer: message_content",
    ]


def test_a_class_that_checks_passwords_keeps_a_hash(catalog: Catalog) -> None:
    body = """
        from sqlalchemy import Column, String
        from sqlalchemy.orm import declarative_base
        Base = declarative_base()
        class Member(Base):
            __tablename__ = "members"
            password = Column(String)
            def check_password(self, given):
                return verify(given, self.password)
        class Guest(Base):
            __tablename__ = "guests"
            password = Column(String)
    """
    assert in_file("", body, catalog) == [
        "Guest.password: password",
        "Member.password: password_hash",
    ]


CONTACT = """
class ContactMixIn(models.Model):
    street = models.CharField(max_length=70)
    city = models.CharField(max_length=70)
    email = models.EmailField()
    class Meta:
        abstract = True
class Customer(ContactMixIn):
    code = models.CharField(max_length=9)
class Depot(ContactMixIn):
    code = models.CharField(max_length=9)
class CustomerForm(forms.ModelForm):
    class Meta:
        model = Customer
        fields = ["street", "city", "email"]
class DepotForm(forms.ModelForm):
    class Meta:
        model = Depot
        fields = ["street", "city", "code"]
"""


def test_contact_data_of_a_mixin_are_those_of_the_people_who_have_it(catalog: Catalog) -> None:
    assert in_file(DJANGO + FORMS, CONTACT, catalog) == [
        "ContactMixIn.city: city",
        "ContactMixIn.email: email",
        "ContactMixIn.street: street",
        "CustomerForm.city: city",
        "CustomerForm.email: email",
        "CustomerForm.street: street",
    ]


def test_a_form_keeps_the_model_of_the_form_it_is_built_on(catalog: Catalog) -> None:
    body = """
        class Customer(models.Model):
            code = models.CharField(max_length=10)
        class Invoice(models.Model):
            terms = models.CharField(max_length=10)
            customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
        class InvoiceForm(forms.ModelForm):
            class Meta:
                model = Invoice
                fields = ["terms"]
        class DraftInvoiceForm(InvoiceForm):
            class Meta(InvoiceForm.Meta):
                fields = ["terms", "customer"]
    """
    assert in_file(DJANGO + FORMS, body, catalog) == []


def test_books_of_accounts_are_nobodys(catalog: Catalog) -> None:
    body = """
        class ChartOfAccountModel(models.Model):
            title = models.CharField(max_length=10)
        class AccountModel(models.Model):
            name = models.CharField(max_length=10)
            balance_type = models.CharField(max_length=10)
            coa = models.ForeignKey(ChartOfAccountModel, on_delete=models.CASCADE)
        class JournalEntry(models.Model):
            description = models.CharField(max_length=10)
            ledger = models.CharField(max_length=10)
        class DiaryEntry(models.Model):
            text = models.TextField()
    """
    assert in_file(DJANGO, body, catalog) == ["DiaryEntry.text: message_content"]


def test_sessions_and_profiles_that_are_no_persons(catalog: Catalog) -> None:
    body = """
        class Harvester(models.Model):
            url = models.URLField()
        class HarvestingSession(models.Model):
            harvester = models.ForeignKey(Harvester, on_delete=models.CASCADE)
            session_type = models.CharField(max_length=10)
            status = models.CharField(max_length=10)
        class GroupProfile(models.Model):
            title = models.CharField(max_length=10)
            description = models.TextField()
        class Conference(models.Model):
            timezone = models.CharField(max_length=10)
    """
    assert in_file(DJANGO, body, catalog) == []


def test_devices_and_profiles_that_nobody_has(catalog: Catalog) -> None:
    body = """
        from django_filters import FilterSet, CharFilter
        class Tenant(models.Model):
            slug = models.SlugField()
        class Device(models.Model):
            serial = models.CharField(max_length=10)
            status = models.CharField(max_length=10)
            tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE)
        class VPNProfile(models.Model):
            name = models.CharField(max_length=10)
            description = models.CharField(max_length=10)
        class DeviceForm(forms.Form):
            serial = forms.CharField()
            status = forms.CharField()
        class NoteFormMixin(forms.Form):
            object_note = forms.CharField()
        class CableForm(NoteFormMixin):
            description = forms.CharField()
    """
    assert in_file(DJANGO + FORMS, body, catalog) == ["NoteFormMixin.object_note: message_content"]


def test_devices_and_profiles_that_somebody_has(catalog: Catalog) -> None:
    body = """
        class Device(models.Model):
            serial = models.CharField(max_length=10)
            user = models.ForeignKey(User, on_delete=models.CASCADE)
        from django_otp.models import Device as OtpDevice
        class KeyDevice(OtpDevice):
            status = models.CharField(max_length=10)
        class Profile(models.Model):
            user = models.OneToOneField(User, on_delete=models.CASCADE)
            description = models.TextField()
    """
    assert in_file(DJANGO, body, catalog) == [
        "Device.serial: device_id",
        "KeyDevice.status: app_usage",
        "Profile.description: profile_segment",
    ]


def test_an_address_of_mail(catalog: Catalog) -> None:
    body = """
        class Mailbox(models.Model):
            address = models.CharField(max_length=50)
            quota = models.IntegerField()
        class Customer(models.Model):
            address = models.CharField(max_length=50)
        class Sender(models.Model):
            address = models.CharField(max_length=50)
            city = models.CharField(max_length=50)
            postcode = models.CharField(max_length=50)
            surname = models.CharField(max_length=50)
    """
    assert in_file(DJANGO, body, catalog) == [
        "Customer.address: postal_address",
        "Mailbox.address: email",
        "Sender.address: postal_address",
        "Sender.city: city",
        "Sender.postcode: postal_code",
        "Sender.surname: last_name",
    ]


def test_a_class_whose_name_has_no_letters(catalog: Catalog) -> None:
    body = """
        class __(models.Model):
            first_name = models.CharField(max_length=50)
            last_name = models.CharField(max_length=50)
    """
    assert in_file(DJANGO, body, catalog) == [
        "__.first_name: first_name",
        "__.last_name: last_name",
    ]


def test_whom_a_product_is_for(catalog: Catalog) -> None:
    body = """
        class Product(models.Model):
            gender = models.CharField(max_length=10)
            customer_gender = models.CharField(max_length=10)
        class Customer(models.Model):
            gender = models.CharField(max_length=10)
    """
    assert in_file(DJANGO, body, catalog) == [
        "Customer.gender: gender",
        "Product.customer_gender: gender",
    ]


def test_a_title_beside_a_name_and_one_beside_nothing(catalog: Catalog) -> None:
    body = """
        class AlertPluginUserData(models.Model):
            title = models.CharField(max_length=30)
        class Contact(models.Model):
            title = models.CharField(max_length=30)
            last_name = models.CharField(max_length=30)
    """
    assert in_file(DJANGO, body, catalog) == [
        "Contact.last_name: last_name",
        "Contact.title: gender",
    ]


ALCHEMY = """
import sqlalchemy as sa
from sqlalchemy.orm import declarative_base
Base = declarative_base()
class {0}(Base):
    __tablename__ = "{1}"
    id = sa.Column(sa.Integer, primary_key=True)
    contact_email = sa.Column(sa.String(120))
"""


def test_what_a_migration_draws_of_a_model_is_that_model(catalog: Catalog) -> None:
    files = {
        "shop/models.py": ALCHEMY.format("Customer", "customer"),
        "shop/migrations/versions/1a_hash.py": ALCHEMY.format("Old", "customer")
        + "helper = sa.Table('Customer', sa.MetaData(), sa.Column('contact_email', sa.String()))\n",
        "shop/migrations/versions/2b_guests.py": ALCHEMY.format("Guest", "guest"),
    }
    assert fields_of(files, catalog) == [
        "Customer.contact_email: email",
        "Guest.contact_email: email",
    ]


def test_a_body_whose_class_says_that_it_may_be_a_person(catalog: Catalog) -> None:
    body = """
        class AbstractOrganization(models.Model):
            ACCOUNT_PERSONAL = 2
            full_name = models.CharField(max_length=100)
            email = models.EmailField()
            class Meta:
                abstract = True
        class Organization(AbstractOrganization):
            pass
        class Company(models.Model):
            full_name = models.CharField(max_length=100)
            email = models.EmailField()
    """
    assert in_file(DJANGO, body, catalog) == [
        "AbstractOrganization.email: email",
        "AbstractOrganization.full_name: full_name",
    ]


def test_what_is_asked_of_a_body_that_may_be_a_person(catalog: Catalog) -> None:
    body = """
        from rest_framework import serializers
        class Organization(models.Model):
            is_personal = models.BooleanField()
            full_name = models.CharField(max_length=100)
            phone = models.CharField(max_length=20)
        class OrganizationSerializer(serializers.Serializer):
            full_name = serializers.CharField()
        class SupplierSerializer(serializers.Serializer):
            full_name = serializers.CharField()
    """
    assert in_file(DJANGO, body, catalog) == [
        "Organization.full_name: full_name",
        "Organization.phone: phone",
        "OrganizationSerializer.full_name: full_name",
    ]


def test_an_activity_that_takes_place_is_no_trace(catalog: Catalog) -> None:
    body = """
        class Activity(models.Model):
            name = models.CharField(max_length=200)
            slug = models.SlugField()
            description = models.TextField()
            location = models.CharField(max_length=200)
        class UserActivity(models.Model):
            user = models.ForeignKey(User, on_delete=models.CASCADE)
            description = models.TextField()
    """
    assert in_file(DJANGO, body, catalog) == ["UserActivity.description: app_usage"]


def test_a_list_of_what_there_is_and_a_key(catalog: Catalog) -> None:
    body = """
        class Gender(models.Model):
            code = models.CharField(max_length=1)
            gender = models.CharField(max_length=50)
        class Profession(models.Model):
            profession = models.CharField(max_length=50)
        class Insured(models.Model):
            id = models.AutoField(db_column="InsureeID", primary_key=True)
            gender = models.CharField(max_length=1)
            chiffre = models.CharField(db_column="InsureeID", max_length=12)
    """
    assert in_file(DJANGO, body, catalog) == [
        "Insured.chiffre: health_insurance_id",
        "Insured.gender: gender",
    ]


def test_tokens_by_which_a_program_asks_another(catalog: Catalog) -> None:
    body = """
        class Conference(models.Model):
            name = models.CharField(max_length=200)
            ledger_client_id = models.CharField(max_length=200)
            ledger_client_secret = models.CharField(max_length=200)
            ledger_access_token = models.CharField(max_length=200)
        class Seat(models.Model):
            username = models.CharField(max_length=200)
            access_token = models.CharField(max_length=200)
    """
    assert in_file(DJANGO, body, catalog) == [
        "Seat.access_token: access_token",
        "Seat.username: username",
    ]


def test_whom_an_item_is_for_and_what_is_written_along(catalog: Catalog) -> None:
    body = """
        from rest_framework import serializers
        class CartItem(models.Model):
            full_name = models.CharField(max_length=150)
            email = models.CharField(max_length=255)
        class Repo(models.Model):
            full_name = models.CharField(max_length=150)
        class GrantSerializer(serializers.Serializer):
            message = serializers.CharField(max_length=255, required=False)
        class ResultSerializer(serializers.Serializer):
            message = serializers.CharField(read_only=True)
    """
    assert in_file(DJANGO, body, catalog) == [
        "CartItem.email: email",
        "CartItem.full_name: full_name",
        "GrantSerializer.message: message_content",
    ]


def test_a_special_category_makes_a_persons_record(catalog: Catalog) -> None:
    body = """
        class Family(models.Model):
            address = models.CharField(max_length=200)
            ethnicity = models.CharField(max_length=1)
        class Depot(models.Model):
            address = models.CharField(max_length=200)
    """
    assert in_file(DJANGO, body, catalog) == [
        "Family.address: postal_address",
        "Family.ethnicity: ethnic_origin",
    ]


def test_what_somebody_sent_and_what_a_newsletter_says(catalog: Catalog) -> None:
    body = """
        class RoomEvent(models.Model):
            sender = models.ForeignKey("Participant", on_delete=models.CASCADE)
            content = models.JSONField()
            type = models.CharField(max_length=20)
        class Bulletin(models.Model):
            sender = models.CharField(max_length=20)
            content = models.TextField()
    """
    assert in_file(DJANGO, body, catalog) == ["RoomEvent.content: message_content"]
