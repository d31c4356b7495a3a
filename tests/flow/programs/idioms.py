import asyncio, contextlib, copy, dataclasses, functools, json, logging
from dataclasses import dataclass, asdict
from functools import partial, wraps
from typing import NamedTuple, TypedDict
from pydantic import BaseModel
from django.db import models
log = logging.getLogger(__name__)

class Customer(models.Model):
    email = models.EmailField()
    phone = models.CharField(max_length=20)
    colour = models.CharField(max_length=20)
    def __str__(self):
        return self.email

class Profile(models.Model):
    customer = models.OneToOneField(Customer, on_delete=models.CASCADE)
    bio = models.TextField()
    def __str__(self):
        return f"profile of {self.customer}"

@dataclass
class Contact:
    email: str
    city_id: int

class Out(BaseModel):
    email: str
    flag: bool

class Row(NamedTuple):
    email: str
    number: int

class Payload(TypedDict):
    email: str

def i01(c: Customer):
    log.info("%s", asdict(Contact(c.email, 1)))  # YES
def i02(contact: Contact):
    log.info(contact)  # YES
def i03(contact: Contact):
    log.info(vars(contact))  # YES
def i04(contact: Contact):
    log.info(contact.__dict__)  # YES
def i05(out: Out):
    log.info(out.model_dump())  # YES
def i06(out: Out):
    log.info(out.model_dump(include={"flag"}))  # NO
def i07(out: Out):
    log.info(out.model_dump(exclude={"email"}))  # NO
def i08(row: Row):
    log.info(row)  # YES
def i09(row: Row):
    email, number = row
    log.info(email)  # YES
def i10(row: Row):
    email, number = row
    log.info(number)  # NO
def i11(p: Payload):
    log.info({**p})  # YES
def i12(p: Payload):
    log.info(dict(p))  # YES
def i13(c: Customer):
    data = {"a": 1}
    data |= {"email": c.email}
    log.info(data)  # YES
def gen(c):
    yield c.email
    yield from other(c)
def other(c):
    yield c.phone
def i14(c: Customer):
    for x in gen(c):
        log.info(x)  # YES
async def agen(c):
    yield c.email
async def i15(c: Customer):
    async for x in agen(c):
        log.info(x)  # YES
def i16(c: Customer):
    if (mail := c.email) and mail:
        log.info(mail)  # YES
def i17(c: Customer, event):
    match event:
        case {"kind": "x", "email": address}:
            log.info(address)  # YES
def i18(c: Customer):
    show = lambda x: log.info(x)
    show(c.email)  # only counted where it is shown
def i19(c: Customer):
    mail = c.email
    def inner():
        log.info(mail)  # YES
    inner()
def loud(fn):
    @wraps(fn)
    def wrapper(*args, **kwargs):
        log.info("called with %s %s", args, kwargs)  # YES
        return fn(*args, **kwargs)
    return wrapper
@loud
def decorated(email):
    return 1
def i20(c: Customer):
    decorated(c.email)
@contextlib.contextmanager
def opened(c):
    yield c.email
def i21(c: Customer):
    with opened(c) as mail:
        log.info(mail)  # YES
def i22(c: Customer):
    log.info("profile %s", c)  # YES
def i23(p: Profile):
    log.info(f"{p}")  # YES
def i24(p: Profile):
    log.info("x " + str(p.customer))  # YES
def i25(c: Customer):
    log.info(repr(c))  # YES
def i26(c: Customer):
    log.info(json.dumps({"x": [c.email]}))  # YES
def i27(c: Customer):
    c2 = copy.copy(c)
    log.info(c2.email)  # YES
def i28(c: Customer):
    mails = [x.email for x in Customer.objects.all()]
    log.info(mails[0])  # YES
def i29():
    for mail, title in Customer.objects.values_list("email", "colour"):
        log.info(title)  # NO
def i30():
    for mail, title in Customer.objects.values_list("email", "colour"):
        log.info(mail)  # YES
def i31():
    for row in Customer.objects.values("email", "colour"):
        log.info(row["email"])  # YES
def i32():
    for row in Customer.objects.values("email", "colour"):
        log.info(row["colour"])  # NO
def i33(c: Customer):
    c.email = compute()
    log.info(c.email)  # YES
def i34(c: Customer):
    mail = c.email
    mail = None
    log.info(mail)  # NO
def i35(c: Customer):
    mail = c.email
    if mail is None:
        log.info("none %s", mail)  # NO
def i36(c: Customer):
    mail = c.email
    if not mail:
        log.info("none %s", mail)  # NO
        return
    log.info("is %s", mail)  # YES
def i37(c: Customer):
    send = partial(log.info, "mail %s")
    send(c.email)  # YES
def i38(c: Customer):
    asyncio.run(deliver(c.email))
async def deliver(text):
    log.info(text)  # YES
def i39(c: Customer):
    parts = [c.colour, c.email]
    log.info(" ".join(parts))  # YES
def i40(c: Customer):
    log.info("%(mail)s", {"mail": c.email})  # YES
def i41(c: Customer):
    x, *rest = c.colour, c.email, c.phone
    log.info(rest)  # YES
def i42(c: Customer):
    log.info("length %d", len(c.email))  # NO
def i43(c: Customer):
    log.info("same %s", c.email == "x")  # NO
def i44(c: Customer):
    kw = {"email": c.email}
    take(**kw)
def take(email=None, **rest):
    log.info(email)  # YES
def i45(c: Customer):
    take2(1, c.email)
def take2(*things):
    log.info(things[1])  # YES
class Holder:
    def __init__(self, c):
        self.mail = c.email
    @property
    def shown(self):
        return f"<{self.mail}>"
    def tell(self):
        log.info(self.shown)  # YES
def i46(c: Customer):
    Holder(c).tell()
def i47(c: Customer):
    h = Holder(c)
    log.info(h.mail)  # YES
class Fluent:
    def __init__(self):
        self.text = ""
    def add(self, x):
        self.text += x
        return self
    def build(self):
        return self.text
def i48(c: Customer):
    log.info(Fluent().add(c.email).build())  # YES
def i49(c: Customer):
    try:
        raise ValueError(f"bad {c.email}")
    except ValueError as e:
        log.info(e)  # YES
def i50(c: Customer):
    state = {}
    state.setdefault("mails", []).append(c.email)
    log.info(state)  # YES
def i51(c: Customer):
    by_id = {c.pk: c}
    log.info(by_id[c.pk].email)  # YES
def i52(c: Customer):
    mail = c.email if c else None
    log.info("{:>10}".format(mail))  # YES
def i53(c: Customer):
    log.info("%s" % (c.email,))  # YES
def i54(c: Customer):
    mail = c.email
    name, _, domain = mail.partition("@")
    log.info(name)  # YES
def i55(cs: list[Customer]):
    log.info(cs[0].email)  # YES
def i56(cs: dict[str, Customer]):
    for k, v in cs.items():
        log.info(v.email)  # YES
def i57(c: Customer):
    log.info(max([c.email, "a"]))  # YES
def i58(c: Customer):
    pairs = list(zip([c.email], [1]))
    for a, b in pairs:
        log.info(a)  # YES
def i59(c: Customer):
    for n, mail in enumerate([c.email]):
        log.info(n)  # NO
def i60(c: Customer):
    log.info(next(iter([c.email])))  # YES
@functools.lru_cache
def cached(c):
    return c.email
def i61(c: Customer):
    log.info(cached(c))  # YES
def i62(c: Customer):
    result = {"email": c.email, "colour": c.colour}
    log.info({k: v for k, v in result.items() if k != "email"})  # NO
def i63(c: Customer):
    result = {"email": c.email, "colour": c.colour}
    log.info({k: result[k] for k in ("colour",)})  # NO
def i64(c: Customer):
    result = {"email": c.email, "colour": c.colour}
    result["email"] = "***"
    log.info(result)  # NO
def i65(c: Customer):
    if isinstance(c, Out):
        log.info(c.flag)  # NO
def i66(c: Customer):
    obj = Out(email=c.email, flag=True)
    log.info(f"{obj!r}")  # YES
def i67(c: Customer):
    log.info("x", extra={"email": c.email})  # YES
def i68(c: Customer):
    t = c.email, c.colour
    log.info(t[1])  # NO
def i69(c: Customer):
    d = dataclasses.replace(Contact("a", 1), email=c.email)
    log.info(d)  # YES
def i70(c: Customer):
    log.info(functools.reduce(lambda a, b: a + b, [c.email, c.phone]))  # YES
def i71(c: Customer):
    global LAST
    LAST = c.email
def i72():
    log.info(getattr(Customer.objects.first(), "email", None))  # YES
def i73(c: Customer):
    setattr(c, "nick", c.email)
    log.info(c.nick)  # YES
def i74(c: Customer):
    items = list(map(lambda x: x.email, Customer.objects.all()))
    log.info(items)  # YES
def i75(c: Customer):
    log.info(sorted(Customer.objects.all(), key=lambda x: x.email)[0].colour)  # NO
def i76():
    log.info([c for c in Customer.objects.all()])  # YES
def i77():
    log.info("found %s", Customer.objects.filter(title="x").first())  # YES
def i78():
    log.info("found %s", Customer.objects.count())  # NO
def i79(user_email: str):
    log.info(user_email.split("@")[0])  # YES
async def i80(c: Customer):
    a, b = await asyncio.gather(fetch_mail(c), fetch_title(c))
    log.info(a)  # YES
async def fetch_mail(c):
    return c.email
async def fetch_title(c):
    return c.colour
