-- A gradebook.db of nbgrader 0.9.6 as text: `autograde` of two participants, then points and a comment by hand.
BEGIN TRANSACTION;
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL);
INSERT INTO "alembic_version" VALUES('e43177bfe90b');
CREATE TABLE assignment (
	id VARCHAR(32) NOT NULL,
	name VARCHAR(128) NOT NULL,
	duedate DATETIME,
	course_id VARCHAR(128) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (name),
	FOREIGN KEY(course_id) REFERENCES course (id)
);
INSERT INTO "assignment" VALUES('b6b294c9f1194287bc6f7a36083e81c2','ps1',NULL,'');
CREATE TABLE base_cell (
	id VARCHAR(32) NOT NULL,
	name VARCHAR(128) NOT NULL,
	notebook_id VARCHAR(32) NOT NULL,
	type VARCHAR(50),
	PRIMARY KEY (id),
	UNIQUE (name, notebook_id, type),
	FOREIGN KEY(notebook_id) REFERENCES notebook (id)
);
INSERT INTO "base_cell" VALUES('71e58904e4d0408b88d1b24d3294c469','test-x','9621821978eb49728df3841d152ff6e7','GradeCell');
INSERT INTO "base_cell" VALUES('54c638bb292b438daa06ab23d2c32b4e','esej','9621821978eb49728df3841d152ff6e7','GradeCell');
INSERT INTO "base_cell" VALUES('3ab5b8fcb6a244969006811f3804b684','x','9621821978eb49728df3841d152ff6e7','SolutionCell');
INSERT INTO "base_cell" VALUES('e1579f1816184678b734026482628b85','esej','9621821978eb49728df3841d152ff6e7','SolutionCell');
INSERT INTO "base_cell" VALUES('01f6d08b63634aac85b137b280c38058','rysunek','9621821978eb49728df3841d152ff6e7','TaskCell');
CREATE TABLE comment (
	id VARCHAR(32) NOT NULL,
	notebook_id VARCHAR(32),
	cell_id VARCHAR(32),
	auto_comment TEXT,
	manual_comment TEXT,
	PRIMARY KEY (id),
	UNIQUE (cell_id, notebook_id),
	FOREIGN KEY(notebook_id) REFERENCES submitted_notebook (id),
	FOREIGN KEY(cell_id) REFERENCES base_cell (id)
);
INSERT INTO "comment" VALUES('723dd32626dc4be4891eada7108da683','d31bfe1d1bff4f8c99f6d6532d2e0404','3ab5b8fcb6a244969006811f3804b684','No response.',NULL);
INSERT INTO "comment" VALUES('d6189244076747608128ae47429c6ad9','d31bfe1d1bff4f8c99f6d6532d2e0404','e1579f1816184678b734026482628b85','No response.',NULL);
INSERT INTO "comment" VALUES('46bc5bd909e54903a3359880d9755854','d31bfe1d1bff4f8c99f6d6532d2e0404','01f6d08b63634aac85b137b280c38058',NULL,NULL);
INSERT INTO "comment" VALUES('e0446cde3a4e45298ab1006fb57368d8','4e8d57f19c62401e8808936a1eabfebd','3ab5b8fcb6a244969006811f3804b684',NULL,NULL);
INSERT INTO "comment" VALUES('81e509b59c86444b8bfea2d225a63e30','4e8d57f19c62401e8808936a1eabfebd','e1579f1816184678b734026482628b85','No response.','Dobrze, ale krótko');
INSERT INTO "comment" VALUES('596d1a35504e482eb25e253de7bef323','4e8d57f19c62401e8808936a1eabfebd','01f6d08b63634aac85b137b280c38058',NULL,NULL);
CREATE TABLE course (
	id VARCHAR(128) NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (id)
);
INSERT INTO "course" VALUES('default_course');
CREATE TABLE grade (
	id VARCHAR(32) NOT NULL,
	notebook_id VARCHAR(32),
	cell_id VARCHAR(32),
	auto_score FLOAT,
	manual_score FLOAT,
	extra_credit FLOAT,
	needs_manual_grade BOOLEAN NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (cell_id, notebook_id),
	FOREIGN KEY(notebook_id) REFERENCES submitted_notebook (id),
	FOREIGN KEY(cell_id) REFERENCES base_cell (id)
);
INSERT INTO "grade" VALUES('b6b8398cad934790b4ab547345631a13','d31bfe1d1bff4f8c99f6d6532d2e0404','71e58904e4d0408b88d1b24d3294c469',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('1f17504d481e4e02b5bcb0f0ed634050','d31bfe1d1bff4f8c99f6d6532d2e0404','54c638bb292b438daa06ab23d2c32b4e',0.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('678113a9e1dc498e8bc82dab8c272495','d31bfe1d1bff4f8c99f6d6532d2e0404','01f6d08b63634aac85b137b280c38058',NULL,NULL,NULL,1);
INSERT INTO "grade" VALUES('b9ab75f6fb374fca8f9f29d2ff3e4955','4e8d57f19c62401e8808936a1eabfebd','71e58904e4d0408b88d1b24d3294c469',2.0,NULL,NULL,0);
INSERT INTO "grade" VALUES('5fd5a8b6cd4f45228a6e147e84839d86','4e8d57f19c62401e8808936a1eabfebd','54c638bb292b438daa06ab23d2c32b4e',0.0,1.5,NULL,0);
INSERT INTO "grade" VALUES('4cbb8158f07c42749d1cdb6ab93f6759','4e8d57f19c62401e8808936a1eabfebd','01f6d08b63634aac85b137b280c38058',NULL,2.0,NULL,1);
CREATE TABLE grade_cells (
	id VARCHAR(32) NOT NULL,
	max_score FLOAT NOT NULL,
	cell_type VARCHAR(8) NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(id) REFERENCES base_cell (id)
);
INSERT INTO "grade_cells" VALUES('71e58904e4d0408b88d1b24d3294c469',2.0,'code');
INSERT INTO "grade_cells" VALUES('54c638bb292b438daa06ab23d2c32b4e',3.0,'markdown');
CREATE TABLE notebook (
	id VARCHAR(32) NOT NULL,
	name VARCHAR(128) NOT NULL,
	assignment_id VARCHAR(32),
	kernelspec VARCHAR(1024),
	PRIMARY KEY (id),
	UNIQUE (name, assignment_id),
	FOREIGN KEY(assignment_id) REFERENCES assignment (id)
);
INSERT INTO "notebook" VALUES('9621821978eb49728df3841d152ff6e7','zadanie 1','b6b294c9f1194287bc6f7a36083e81c2','{"display_name": "Python 3", "language": "python", "name": "python3"}');
CREATE TABLE solution_cells (
	id VARCHAR(32) NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(id) REFERENCES base_cell (id)
);
INSERT INTO "solution_cells" VALUES('3ab5b8fcb6a244969006811f3804b684');
INSERT INTO "solution_cells" VALUES('e1579f1816184678b734026482628b85');
CREATE TABLE source_cell (
	id VARCHAR(32) NOT NULL,
	name VARCHAR(128) NOT NULL,
	cell_type VARCHAR(8) NOT NULL,
	locked BOOLEAN NOT NULL,
	source TEXT,
	checksum VARCHAR(128),
	notebook_id VARCHAR(32),
	PRIMARY KEY (id),
	UNIQUE (name, notebook_id),
	FOREIGN KEY(notebook_id) REFERENCES notebook (id)
);
INSERT INTO "source_cell" VALUES('f47ec25cf7ca4a97be2972f3777bf2d8','x','code',0,'# YOUR CODE HERE
raise NotImplementedError()','e77489b7ad64312cf30b0ebed1c34fce','9621821978eb49728df3841d152ff6e7');
INSERT INTO "source_cell" VALUES('99c81458fffe4a6d8dd1cafec005cd38','test-x','code',1,'assert x == 1','f227bff04826c0879ec075603f39bf87','9621821978eb49728df3841d152ff6e7');
INSERT INTO "source_cell" VALUES('60a6cf841f614a0b82a9f097a942b5c1','esej','markdown',0,'YOUR ANSWER HERE','046a006daa022c8effd31b0439a2abf6','9621821978eb49728df3841d152ff6e7');
INSERT INTO "source_cell" VALUES('b4b31f2c8d6d482687b60c51b9b339e0','rysunek','markdown',1,'Narysuj.','e7eb9d7a9639a5675135968d0d908608','9621821978eb49728df3841d152ff6e7');
CREATE TABLE student (
	id VARCHAR(128) NOT NULL,
	first_name VARCHAR(128),
	last_name VARCHAR(128),
	email VARCHAR(128),
	lms_user_id VARCHAR(128),
	PRIMARY KEY (id)
);
INSERT INTO "student" VALUES('zolc','Ola','Żółć','ola@example.org',NULL);
INSERT INTO "student" VALUES('nowak',NULL,NULL,NULL,NULL);
CREATE TABLE submitted_assignment (
	id VARCHAR(32) NOT NULL,
	assignment_id VARCHAR(32),
	student_id VARCHAR(128),
	timestamp DATETIME,
	extension DATETIME,
	PRIMARY KEY (id),
	UNIQUE (assignment_id, student_id),
	FOREIGN KEY(assignment_id) REFERENCES assignment (id),
	FOREIGN KEY(student_id) REFERENCES student (id)
);
INSERT INTO "submitted_assignment" VALUES('174fbd2ae35e4c2d87330cba863910da','b6b294c9f1194287bc6f7a36083e81c2','nowak',NULL,NULL);
INSERT INTO "submitted_assignment" VALUES('b6b9efa19f7d478ba7fb650fd495eded','b6b294c9f1194287bc6f7a36083e81c2','zolc',NULL,NULL);
CREATE TABLE submitted_notebook (
	id VARCHAR(32) NOT NULL,
	assignment_id VARCHAR(32),
	notebook_id VARCHAR(32),
	flagged BOOLEAN,
	late_submission_penalty FLOAT,
	PRIMARY KEY (id),
	UNIQUE (notebook_id, assignment_id),
	FOREIGN KEY(assignment_id) REFERENCES submitted_assignment (id),
	FOREIGN KEY(notebook_id) REFERENCES notebook (id)
);
INSERT INTO "submitted_notebook" VALUES('d31bfe1d1bff4f8c99f6d6532d2e0404','174fbd2ae35e4c2d87330cba863910da','9621821978eb49728df3841d152ff6e7',0,NULL);
INSERT INTO "submitted_notebook" VALUES('4e8d57f19c62401e8808936a1eabfebd','b6b9efa19f7d478ba7fb650fd495eded','9621821978eb49728df3841d152ff6e7',0,NULL);
CREATE TABLE task_cells (
	id VARCHAR(32) NOT NULL,
	max_score FLOAT NOT NULL,
	cell_type VARCHAR(8) NOT NULL,
	PRIMARY KEY (id),
	FOREIGN KEY(id) REFERENCES base_cell (id)
);
INSERT INTO "task_cells" VALUES('01f6d08b63634aac85b137b280c38058',2.0,'markdown');
COMMIT;
