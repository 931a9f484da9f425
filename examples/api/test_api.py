# Tests of an application without a server: python -m unittest discover examples/api
import unittest

from api import create_app

from microdot.test_client import TestClient


class TestNotes(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.client = TestClient(create_app())

    async def test_a_note_is_written_changed_and_removed(self):
        response = await self.client.post('/notes', body={'text': 'Buy tea'})
        self.assertEqual(response.status_code, 201)
        self.assertEqual(response.json, {'number': 1, 'text': 'Buy tea'})
        path = response.headers['Location']
        response = await self.client.put(path, body={'text': 'Buy coffee'})
        self.assertEqual(response.json['text'], 'Buy coffee')
        self.assertEqual((await self.client.get(path)).json, response.json)
        self.assertEqual((await self.client.delete(path)).status_code, 204)
        self.assertEqual((await self.client.get(path)).status_code, 404)

    async def test_notes_are_found_by_a_word(self):
        for text in ('Buy tea', 'Call Jane'):
            await self.client.post('/notes', body={'text': text})
        response = await self.client.get('/notes?q=tea')
        self.assertEqual([note['text'] for note in response.json], ['Buy tea'])

    async def test_what_is_no_note_is_refused(self):
        for body in ({}, {'text': ''}, {'text': 7}, ['Buy tea'], 'Buy tea'):
            response = await self.client.post('/notes', body=body)
            self.assertEqual((response.status_code, response.json), (422, {'error': 'A note has a text'}))
        response = await self.client.post('/notes', {'Content-Type': 'application/json'}, '{"text": ')
        self.assertEqual(response.status_code, 400)
        self.assertIn('error', response.json)
        self.assertEqual((await self.client.get('/notes')).json, [])


if __name__ == '__main__':
    unittest.main()
