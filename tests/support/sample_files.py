"""Files to read: tables as other programs export them, and the trace of a set.

The tables are written by hand, in the programs' formats.
"""

from __future__ import annotations

STRONG_COMMA = """\
Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,RPE
2023-01-05 18:31:12,"Legs, heavy",1h 5m,Leg Press,W,60.0,12,0,0,
2023-01-05 18:31:12,"Legs, heavy",1h 5m,Leg Press,1,102.5,10,0,0,8.5
2023-01-05 18:31:12,"Legs, heavy",1h 5m,Leg Press,Rest Timer,0,0,0,90,
2023-01-05 18:31:12,"Legs, heavy",1h 5m,Running,1,0,0,5.0,1500,
"""

STRONG_OLDER = """\
Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,\
Notes,Workout Notes,RPE
2019-10-16 12:04:26 +0000,Legs,45m,Leg Press,1,180,8,,,"left knee, tempo 3121",tired,9
"""

STRONG_6 = """\
"Workout #";"Date";"Workout Name";"Duration (sec)";"Exercise Name";"Set Order";"Weight (kg)";\
"Reps";"RPE";"Distance (meters)";"Seconds";"Notes";"Workout Notes"
"1";"2024-03-28 17:29:42";"Beine";"3480";"Leg Press (Machine)";"1";"82,5";"12";"7,5";"";"0";"";""
"1";"2024-03-28 17:29:42";"Beine";"3480";"Leg Press (Machine)";"Rest Timer";"";"";"";"";"90";"";""
"1";"2024-03-28 17:29:42";"Beine";"3480";"Leg Press (Machine)";"Note";"";"";"";"";"";"seat 4";""
"1";"2024-03-28 17:29:42";"Beine";"3480";"Leg Press (Machine)";"2";"82,5";"11";"";"";"0";\
"slow ""and"" deep; Tempo: 4-1-2-1";""
"""

HEVY = """\
"title","start_time","end_time","description","exercise_title","superset_id","exercise_notes",\
"set_index","set_type","weight_kg","reps","distance_km","duration_seconds","rpe"
"Legs","28 Mar 2024, 17:29","28 Mar 2024, 18:27","a good day",\
"Leg Press (Machine)",,"",0,"warmup",60,12,,,
"Legs","28 Mar 2024, 17:29","28 Mar 2024, 18:27","a good day",\
"Leg Press (Machine)",,"seat 4
left knee",1,"normal",102.5,10,,,8.5
"Legs","28 Mar 2024, 17:29","28 Mar 2024, 18:27","a good day",\
"Leg Press (Machine)",,"",2,"dropset",80,8,,,
"Legs","28 Mar 2024, 17:29","28 Mar 2024, 18:27","a good day","Plank",,"",0,"normal",,,,60,
"""

FITNOTES = """\
Date,Exercise,Category,Weight,Weight Unit,Reps,Distance,Distance Unit,Time,Comment
2023-01-05,Leg Press,Legs,175.0,lbs,10,,,,RPE 8; tempo 3-1-2-1
2023-01-05,Leg Press,Legs,80.0,kgs,8,,,,
2023-01-05,Cycling,Cardio,,,,20,km,0:45:00,
"""

TRACE = """\
{"t": 0.0, "type": "state", "to": "gate"}
{"t": 0.5, "type": "cue", "id": "gate", "class": "prompt", "text": "Catches set?", "end": 2.0, \
"outcome": "played", "reason": ""}
{"t": 3.0, "type": "heard", "said": 2.5, "end": 2.9, "text": "ready", "command": "ready", \
"slots": {}, "confidence": 0.9, "accepted": true, "reason": ""}
{"t": 3.0, "type": "state", "to": "countdown"}
{"t": 3.0, "type": "set began", "exercise": "leg-press", "number": 1, "tempo": "3-1-2-1"}
{"t": 6.0, "type": "state", "to": "rep"}
{"t": 6.0, "type": "phase", "rep": 1, "phase": "lower"}
{"t": 6.0, "type": "cue", "id": "lower", "class": "breath", "text": "Down.", "end": 6.4, \
"outcome": "played", "reason": ""}
{"t": 6.1, "type": "cue", "id": "count", "class": "count", "text": "two", "end": 6.1, \
"outcome": "dropped", "reason": "no room"}
{"t": 9.0, "type": "phase", "rep": 1, "phase": "lift"}
{"t": 9.5, "type": "heard", "said": 9.2, "end": 9.4, "text": "stop", "command": null, \
"slots": {}, "confidence": 0.2, "accepted": false, "reason": "not sure"}
{"t": 11.0, "type": "state", "to": "racking"}
{"t": 11.0, "type": "set", "reps": 1, "target": 1, "tempo": "3-1-2-1", "under_tension_s": 5.0, \
"ended_by": "target"}
"""
