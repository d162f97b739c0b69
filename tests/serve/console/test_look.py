from pathlib import Path
import time, random
from datetime import timedelta
def test_look(desk, happen, operator, app, lfw):
    out=Path('/tmp/console-look'); out.mkdir(exist_ok=True)
    a=happen(zone="3 号楼地下室")
    happen("perimeter","围栏-北 2",state="crossed",zone="北墙")
    happen("electrical","电箱 B-12",temperature_c=86.5,zone="12 号楼")
    happen("anomaly","相机-东门",score=3.4,threshold=2.1)
    img=lfw.root/"lfw-deepfunneled"/"Abel_Pacheco"/"Abel_Pacheco_0001.jpg"
    operator.post(f"/v1/alerts/{a}/evidence", files={"image":("x.jpg",img.read_bytes())})
    d=desk()
    d.open("报告烟雾"); d.page.wait_for_timeout(800)
    d.keep(out/'desk.png')
    d.press("忽略"); d.page.wait_for_timeout(300); d.keep(out/'dialog.png'); d.page.keyboard.press("Escape")
    p=desk(size=(390,844)); p.keep(out/'phone.png'); p.open("报告烟雾"); p.page.wait_for_timeout(500); p.keep(out/'phone-detail.png',full_page=True); assert p.fits()
    d.page.get_by_role("link",name="设备").click(); d.page.wait_for_timeout(600); d.keep(out/'devices.png')
    d.page.get_by_role("link",name="统计").click(); d.page.wait_for_timeout(600); d.keep(out/'figures.png')
    print(d.troubles,p.troubles)
