import asyncio, json, logging, requests
from celery import shared_task
from django import forms
from django.contrib.auth import get_user_model
from django.core.mail import send_mail
from django.db import models
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.views import View
from django.views.generic import FormView, DetailView
from fastapi import APIRouter, BackgroundTasks, Depends, Request
from pydantic import BaseModel
from rest_framework import serializers, viewsets
from rest_framework.decorators import action, api_view
from rest_framework.response import Response
from rest_framework.views import APIView
logger = logging.getLogger(__name__)
router = APIRouter()

class Customer(models.Model):
    email = models.EmailField()
    phone = models.CharField(max_length=20)
    colour = models.CharField(max_length=20)
class Order(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="orders")
    number = models.CharField(max_length=20)
class SignUp(forms.Form):
    email = forms.EmailField()
    colour = forms.CharField()
class CustomerForm(forms.ModelForm):
    class Meta:
        model = Customer
        fields = ["email", "colour"]
class CustomerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Customer
        fields = ["id", "email", "colour"]
class ColourSerializer(serializers.ModelSerializer):
    class Meta:
        model = Customer
        fields = ["id", "colour"]
class CustomerIn(BaseModel):
    email: str
    colour: str

def f01(request):
    form = SignUp(request.POST)
    if form.is_valid():
        logger.info(form.cleaned_data)  # YES
        logger.info(form.cleaned_data["email"])  # YES
        logger.info(form.cleaned_data["colour"])  # NO
def f02(request):
    form = CustomerForm(request.POST)
    customer = form.save(commit=False)
    logger.info(customer.email)  # YES
class F03(FormView):
    form_class = SignUp
    def form_valid(self, form):
        logger.info(form.cleaned_data)  # YES
        return redirect("x")
class F04(APIView):
    def post(self, request):
        s = CustomerSerializer(data=request.data)
        s.is_valid(raise_exception=True)
        logger.info(s.validated_data)  # YES
        logger.info(s.errors)  # NO
        logger.info(request.data)  # YES
        logger.info(s.data)  # YES
class F05(viewsets.ModelViewSet):
    queryset = Customer.objects.all()
    serializer_class = CustomerSerializer
    def perform_create(self, serializer):
        instance = serializer.save()
        logger.info("new %s", instance.email)  # YES
    @action(detail=True)
    def notify(self, request, pk=None):
        customer = self.get_object()
        logger.info(customer.phone)  # YES
        logger.info(customer.colour)  # NO
    def create(self, request, *args, **kwargs):
        serializer = self.get_serializer(data=request.data)
        logger.info(serializer.validated_data)  # YES
        return super().create(request, *args, **kwargs)
    def update(self, request, *args, **kwargs):
        logger.debug("update %s", request.data)  # YES
        return super().update(request, *args, **kwargs)
def f06(request, pk):
    order = get_object_or_404(Order, pk=pk)
    logger.info(order.customer.email)  # YES
    logger.info(order.number)  # NO
    for o in order.customer.orders.all():
        logger.info(o.customer.phone)  # YES
@receiver(post_save, sender=Customer)
def f07(sender, instance, created, **kwargs):
    logger.info(instance.email)  # YES
@shared_task
def task(email, colour):
    logger.info(email)  # YES
    logger.info(colour)  # NO
def f08(c: Customer):
    task.delay(c.email, c.colour)
@shared_task(bind=True)
def task2(self, customer_id):
    customer = Customer.objects.get(pk=customer_id)
    logger.info("mail %s", customer.email)  # YES
@router.post("/x")
async def f09(body: CustomerIn, background: BackgroundTasks):
    logger.info(body)  # YES
    logger.info(body.colour)  # NO
    background.add_task(note, body.email)
def note(text):
    logger.info(text)  # YES
async def current(request: Request) -> Customer:
    return await Customer.objects.aget(pk=1)
@router.get("/me")
async def f10(me: Customer = Depends(current)):
    logger.info(me.email)  # YES
@router.post("/raw")
async def f11(request: Request):
    data = await request.json()
    make(data["email"])
    logger.info(data)  # YES
def f12(request):
    logger.info(request.user.email)  # YES
    logger.info(request.user.is_staff)  # NO
    logger.info("user %s", request.user)  # YES
    logger.info("user %s", request.user.pk)  # NO
def f13():
    User = get_user_model()
    for user in User.objects.filter(is_active=True):
        logger.info(user.first_name)  # YES
def f14(c: Customer):
    r = requests.get("https://api.example.com/x")
    logger.info(r.status_code)  # NO
    payload = {"email": c.email}
    try:
        requests.post("https://api.example.com", json=payload)
    except requests.RequestException:
        logger.error("failed %s", payload)  # YES
def f15(request):
    body = json.loads(request.body)
    email = body.get("email")
    logger.info("got %s", email)  # YES
    logger.info("got %s", body.get("colour"))  # NO
def f16(request):
    data = request.GET.copy()
    data.pop("email", None)
    logger.info(data)  # NO
def f17(request, **kwargs):
    logger.info(kwargs)  # NO
class F18(DetailView):
    model = Customer
    def get_context_data(self, **kwargs):
        ctx = super().get_context_data(**kwargs)
        logger.info(self.object.email)  # YES
        return ctx
class Service:
    def __init__(self, customer: Customer):
        self.customer = customer
    def run(self):
        self._log()
    def _log(self):
        logger.info(self.customer.email)  # YES
class Repo:
    def get(self, pk) -> Customer | None:
        return Customer.objects.filter(pk=pk).first()
    def all(self) -> list[Customer]:
        return list(Customer.objects.all())
def f19():
    repo = Repo()
    c = repo.get(1)
    logger.info(c.email)  # YES
    logger.info([x.phone for x in repo.all()])  # YES
    logger.info([x.colour for x in repo.all()])  # NO
def f20(c: Customer):
    context = {"customer": c, "colour": c.colour}
    logger.info("ctx %s", context["colour"])  # NO
    logger.info("mail %s", context["customer"].email)  # YES
def f21():
    qs = Customer.objects.filter(colour="x").order_by("pk")
    logger.info(qs.first().email)  # YES
    logger.info(qs.values_list("email", flat=True))  # YES
    logger.info(qs.values_list("colour", flat=True))  # NO
    logger.info(Customer.objects.aggregate(models.Count("email")))  # NO
    logger.info(len(qs))  # NO
def f22():
    emails = {c.email: c.pk for c in Customer.objects.all()}
    for mail in emails:
        logger.info(mail)  # YES
    for mail, pk in emails.items():
        logger.info(pk)  # NO
def f23(c: Customer):
    c, created = Customer.objects.get_or_create(email="x")
    logger.info(created)  # NO
    logger.info(c.email)  # YES
def f24(request):
    ip = request.META.get("REMOTE_ADDR")
    logger.info(ip)  # YES
    logger.info(request.META["HTTP_USER_AGENT"])  # YES
    logger.info(request.method)  # NO
    logger.info(request.headers.get("X-Forwarded-For"))  # YES
    logger.info(request.path)  # NO
def f25(c: Customer):
    message = "Hello " + c.email
    message += "!"
    logger.info(message)  # YES
class Mixin:
    def audit(self, obj):
        logger.info("changed %s", self.describe(obj))  # YES
    def describe(self, obj):
        return ""
class Concrete(Mixin):
    def describe(self, obj):
        return obj.email
def f26(c: Customer):
    Concrete().audit(c)
def f27(request):
    form = SignUp(data=request.POST)
    if not form.is_valid():
        logger.info(form.errors)  # NO
        return
    data = form.cleaned_data
    data.pop("email")
    logger.info(data)  # NO
def f28():
    rows = [{"mail": c.email, "colour": c.colour} for c in Customer.objects.all()]
    for row in rows:
        logger.info(row["colour"])  # NO
        logger.info(row["mail"])  # YES
    logger.info(json.dumps(rows))  # YES
def f29(c: Customer):
    logger.info("sent", extra={"user": {"email": c.email}})  # YES
def f30(c):
    logger.info(c.username)  # YES
    logger.info(c.email_verified)  # NO
def f31(c: Customer):
    text = f"{c.email}"
    if "@" in text:
        logger.info("ok")  # NO
async def f32():
    async with session() as s:
        row = await s.get(Customer, 1)
        logger.info(row.email)  # YES
