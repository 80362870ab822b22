"""Sentences of our own about danger, and sentences that only sound like it, in five languages."""

from __future__ import annotations

DANGER: dict[str, str] = {
    "en": """
        The charger caught fire last night
        It burned my hand
        Smoke came out of the plug
        my son got hurt by the sharp edge
        The battery exploded while charging
        I got an electric shock when I touched it
        The battery is swollen and I am scared
        it started smoking after ten minutes
        The cable melted on the socket
        There were sparks when I plugged it in
        We had to go to the hospital
        I cut my finger badly on the lid, it is bleeding
        My daughter swallowed a small part
        I had an allergic reaction to the cream
        got a terrible rash from this shirt
        This thing is dangerous
        the chair collapsed under me and I was injured
        It smells of burning every time
        Battery leaking acid on my desk
        It overheats so badly that the table is scorched
        our dog was poisoned by it
        The glass shattered in my hand
        The heater almost started a fire
        It blew up
        The power bank went up in flames
        The lamp shocked me twice
        burning smell from the adapter
        fire brigade had to come
        my baby was choking on the button
        it gets extremely hot, too hot to touch
        I want a refund, it burnt a hole in my carpet
        Where is my replacement? The first one exploded!
        chemical burns on my skin after one use
        The kettle gave my wife a shock
        I felt dizzy after breathing the fumes
        gas leak from the stove you sent
        My husband went to the doctor because of the blisters
        nobody was hurt but it caught fire
        The bulging battery pushed the screen out
        exposed wires, this is a fire hazard
        The scooter broke under me and I broke my wrist
    """,
    "zh": """
        充电器昨晚起火了
        插上就冒烟
        电池爆炸了
        我被电到了
        孩子手被割伤
        电池鼓包了
        充电的时候会发烫，烫手
        用了之后过敏了，脸上红肿
        有烧焦味
        插座都烧黑了
        我老婆触电了
        外壳漏电
        送去医院缝了三针
        宝宝误吞了小零件
        椅子塌了把我摔伤
        玻璃炸裂划破手
        一股糊味，线都熔化了
        这东西太危险了
        火花四溅
        电池漏液
        皮肤起疹子了
        烫伤了我的手
        差点烧了房子
        吃了之后呕吐
        冒火花了，不敢用
        流血不止
        孩子差点窒息
        机器短路，家里跳闸
        灯泡炸了
        充电宝自燃
        货架砸到我脚了
        闻到煤气泄漏的味道
        皮肤灼伤
        我去看医生了，医生说是过敏反应
        电热毯着火，幸好没人受伤
        水泡都起来了
        这个产品有安全隐患
        桌子都烧焦了，要求退款
        刀片夹到手，流了很多血，出血很多
        头晕恶心，有毒吧
    """,
    "de": """
        Das Ladegerät hat Feuer gefangen
        Aus dem Stecker kam Rauch
        Ich habe mir die Hand verbrannt
        Der Akku ist explodiert
        Ich habe einen Stromschlag bekommen
        Mein Sohn hat sich verletzt
        Der Akku ist aufgebläht
        Das Kabel ist geschmolzen
        Es hat Funken gesprüht
        Wir waren im Krankenhaus
        Es riecht verbrannt
        Das Gerät wird extrem heiß
        Ich habe einen Schlag bekommen
        Meine Tochter hat ein Teil verschluckt
        Ich habe einen Hautausschlag bekommen
        Das Ding ist lebensgefährlich
        Die Batterie ist ausgelaufen
        Plötzlich stand es in Flammen
        Die Feuerwehr musste kommen
        Der Stuhl ist zusammengebrochen und ich bin verletzt
        Das Netzteil ist verschmort
        Brandgeruch im ganzen Zimmer
        Das Glas ist in der Hand geplatzt
        Ich musste zum Arzt
        Meine Frau hat eine allergische Reaktion
        Es qualmt, sobald man es einschaltet
        Der Herd verliert Gas, starker Gasgeruch
        Ich habe mich daran geschnitten, es blutet
        Der Akku überhitzt beim Laden
        Die Steckdose ist verkohlt
        Unser Hund hat sich daran vergiftet
        Kurzschluss, die Sicherung flog raus
        Das Regal ist auf mich gefallen
        Verbrennungen an zwei Fingern
        Es hat angefangen zu brennen
        Das Gehäuse steht unter Strom
        Brandgefahr! Bitte sofort melden
        Ich will mein Geld zurück, das Teil hat gebrannt
        Mein Kind wäre fast erstickt
        Nach dem Auftragen wurde mein Auge geschwollen
    """,
    "es": """
        El cargador se prendió fuego
        Salió humo del enchufe
        Me quemé la mano
        La batería explotó
        Me dio una descarga eléctrica
        Mi hijo se ha hecho daño
        La batería está hinchada
        El cable se derritió
        Salen chispas al enchufarlo
        Tuvimos que ir al hospital
        Huele a quemado
        Se calienta mucho, está ardiendo
        Me dio un calambre al tocarlo
        Mi hija se tragó una pieza, la ha tragado
        Tengo una reacción alérgica
        Este aparato es muy peligroso, hubo un incendio
        La pila está sulfatada y derramada
        El patinete estaba en llamas
        Vinieron los bomberos
        La silla se rompió y estoy herido
        Me corté el dedo con el borde
        Me salió un sarpullido
        Fui al médico por la irritación
        El vaso estalló en mi mano
        Hay una fuga de gas
        Casi se incendia la casa
        Quemaduras en la piel
        Estoy sangrando por culpa de la tapa
        El perro se intoxicó
        Hizo cortocircuito y saltaron los plomos
        Olor a quemado en toda la casa
        Quiero el reembolso, me ha quemado la mesa y salió humo
        Casi se asfixia mi bebé
        Acabé en urgencias
        El calefactor empezó a echar humo
        La batería se hinchó y rompió la pantalla
        Tengo ampollas en las manos
        La estufa me ha dado calambre
        El producto es tóxico, estoy mareado
        Se sobrecalienta y quema
    """,
    "fr": """
        Le chargeur a pris feu
        De la fumée sort de la prise
        Je me suis brûlé la main
        La batterie a explosé
        J'ai reçu une décharge électrique
        Mon fils est blessé
        La batterie est gonflée
        Le câble a fondu
        Il y a eu des étincelles
        Nous sommes allés à l'hôpital
        Ça sent le brûlé
        L'appareil est devenu brûlant
        J'ai pris un coup de jus
        Ma fille a avalé une pièce
        J'ai fait une réaction allergique
        C'est très dangereux
        La pile a coulé sur la table, les piles ont coulé
        La trottinette était en flammes
        Les pompiers sont venus
        Je me suis coupé le doigt
        Je saigne à cause du couvercle
        J'ai des plaques rouges sur la peau
        J'ai dû voir un médecin
        Le verre a éclaté dans ma main
        Il y a une fuite de gaz
        La maison a failli brûler
        Il surchauffe au bout de cinq minutes
        Court-circuit dès que je le branche
        Odeur de brûlé dans toute la pièce
        Mon chien a été intoxiqué
        Je veux un remboursement, il a brûlé ma table
        Mon bébé s'est presque étouffé
        J'ai fini aux urgences
        L'appareil fume quand je l'allume
        Il s'est mis à fumer
        Ma femme s'est électrocutée
        La chaise s'est effondrée sur moi
        J'ai eu un malaise après l'avoir utilisé
        Des brûlures aux doigts
        Personne n'a été blessé mais il a pris feu
    """,
}

HARMLESS: dict[str, str] = {
    "en": """
        Is the battery included?
        Does it come with batteries?
        Is it fireproof?
        Can it overheat?
        Do you sell smoke detectors?
        Is the material non-toxic?
        Is it shock proof?
        Does it help to burn calories?
        Is there a risk of electric shock?
        What is the battery life?
        Will it melt in the sun?
        Where is my fire stick?
        I am allergic to latex, is there any in it?
        The parcel never arrived
        The battery is dead
        The battery does not charge
        Hot price! Is it still available?
        I need it urgently
        Does it measure blood pressure?
        The box was cut open
        My order was cut in half, half is missing
        Nobody was hurt, all is fine
        This burnt orange one is not what I ordered
        It broke my heart to see it so late
        Is it safe for children?
    """,
    "zh": """
        含电池吗
        电池耐用吗
        这个防火吗
        会不会漏电？
        会过热吗
        有没有触电的危险
        材料无毒吗
        有过热保护吗
        电池续航多久
        屏幕有划伤
        盒子压坏了
        快递还没到
        电池充不进电
        容易起火吗
        没有人受伤
        是否会爆炸
        火花塞有货吗
    """,
    "de": """
        Ist die Batterie dabei?
        Ist das feuerfest?
        Kann es überhitzen?
        Verkaufen Sie Rauchmelder?
        Ist das Material ungiftig?
        Besteht die Gefahr eines Kurzschlusses?
        Die Lampe brennt nicht
        Wie lange hält der Akku?
        Wie heißt das Modell?
        Ich habe einen Vorschlag bekommen
        Der Akku lädt nicht
        Das Paket wurde dem Nachbarn übergeben
        Misst es den Blutdruck?
        Niemand wurde verletzt
        Hat es einen Überhitzungsschutz?
    """,
    "es": """
        ¿La batería está incluida?
        ¿Es resistente al fuego?
        ¿Venden detectores de humo?
        ¿Es no tóxico?
        ¿Puede sobrecalentarse?
        ¿Cuánto dura la batería?
        El paquete no ha llegado
        La batería no carga
        ¿Dónde descargo el manual?
        Lo necesito con urgencia
        ¿Es hipoalergénico?
        Nadie resultó herido
        El gris humo no es el que pedí
        ¿Hay riesgo de incendio?
        ¿Ayuda a quemar grasa?
    """,
    "fr": """
        La batterie est-elle incluse ?
        Est-ce que c'est ignifugé ?
        Vendez-vous des détecteurs de fumée ?
        Le matériau est-il non toxique ?
        Est-ce que l'appareil peut surchauffer ?
        Quelle est l'autonomie de la batterie ?
        Mon colis n'est pas arrivé
        La batterie ne charge pas
        J'en ai besoin en urgence
        C'est hypoallergénique ?
        Personne n'a été blessé
        Le gris fumée n'est pas ce que j'ai commandé
        Y a-t-il un risque de brûlure ?
        Vous avez un brûle-parfum ?
        Je suis allergique au latex, y en a-t-il ?
    """,
}


def rows(sentences: dict[str, str]) -> list[tuple[str, str]]:
    """(language, sentence) of each line."""
    return [(tag, line.strip()) for tag, block in sentences.items() for line in block.strip().splitlines()]
