A1234_tides
r a BC-NH--HarbourStorm 1stLd-Writethru   11-13 0132
^BC-NH--Harbour Storm, 1st Ld-Writethru,132<
^Storm closes northern harbour for second day<
^AP Photo NH101, NH102<
^Eds: Updates with quotes. With AP Photos.<
^The northern harbour stayed closed on Tuesday after a storm tore two cranes off their rails.<
^By ANN LEE and BO O'EK=
^Tide Press Writer=
	   NORTHHAVEN (TP) _ The northern harbour stayed closed on Tuesday after a storm tore two cranes off their rails, officials said.
	   ``We will open when the water lets us,'' the harbour master said _ and turned away.
	   ___=
^Wind at the pier=
^;Gust;Mean
North Pier;44{;31

	   TP-WF-11-13-18 1509GMT<


